-- Spend: one row per model call. Rows are opened before a call and settled after it, and never changed again.

create table models.spend (
  tenant_id uuid not null,
  id uuid not null,
  state text not null,
  service text not null,
  purpose text not null,
  assistant_id uuid,
  conversation_id uuid,
  turn_id uuid,
  contact_id uuid,
  member_id uuid,
  api_key_id uuid,
  provider text,
  model text,
  input_tokens bigint not null default 0,
  cached_input_tokens bigint not null default 0,
  cache_write_5m_tokens bigint not null default 0,
  cache_write_1h_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  reasoning_tokens bigint not null default 0,
  audio_input_tokens bigint not null default 0,
  audio_output_tokens bigint not null default 0,
  price_ids text[] not null default '{}',
  cost_usd numeric(24,12) not null default 0,
  estimated boolean not null default false,
  unpriced boolean not null default false,
  failure text,
  finish_reason text,
  attempts integer not null default 0,
  first_token_ms double precision,
  duration_ms double precision,
  opened_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id)
);
comment on table models.spend is 'One row per model call. Token kinds do not overlap; cost_usd is the sum of their parts at the prices named by price_ids.';
comment on column models.spend.state is 'open, complete, cancelled, failed or swept. open: the call may be under way; swept: nothing ever settled it, so its cost is unknown and it is marked estimated.';
select platform.tenant_table('models.spend');

create index spend_by_time on models.spend (tenant_id, opened_at);
create index spend_by_conversation on models.spend (tenant_id, conversation_id) where conversation_id is not null;
create index spend_open on models.spend (opened_at) where state = 'open';

create function models.sweep_spend(older timestamptz, at timestamptz, most integer) returns setof uuid language sql as $$
  update models.spend s set state = 'swept', estimated = true, settled_at = at
  from (select o.tenant_id, o.id from models.spend o where o.state = 'open' and o.opened_at < older
        order by o.opened_at limit most for update skip locked) stale
  where s.tenant_id = stale.tenant_id and s.id = stale.id
  returning s.id
$$;
select platform.dispatch_function('models.sweep_spend(timestamptz, timestamptz, integer)');

create table models.provider_keys (
  tenant_id uuid not null,
  provider text not null,
  sealed_key bytea,
  base_url text,
  version integer not null default 1,
  updated_at timestamptz not null,
  primary key (tenant_id, provider)
);
comment on table models.provider_keys is 'A tenant''s own provider keys, sealed; they go before the installation''s.';
select platform.tenant_table('models.provider_keys');
