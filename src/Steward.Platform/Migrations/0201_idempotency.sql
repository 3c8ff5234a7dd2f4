-- Answers of writes that carried an Idempotency-Key, for 24 hours. A row without a status is a write that runs now.

create table platform.idempotency (
  tenant_id uuid not null references platform.tenants,
  key_hash bytea not null,
  request_hash bytea not null,
  id uuid not null,
  status integer,
  content_type text,
  location text,
  body bytea,
  created_at timestamptz not null default now(),
  primary key (tenant_id, key_hash)
);
comment on column platform.idempotency.key_hash is 'Keyed hash of the caller and its key.';
comment on column platform.idempotency.id is 'The run that holds the row; also names the row to which the sealed body is bound.';
comment on column platform.idempotency.body is 'Sealed.';
create index idempotency_age on platform.idempotency (created_at);
select platform.tenant_table('platform.idempotency');

create function platform.sweep_idempotency(most integer) returns integer language sql as $$
  with old as (
    select i.tenant_id, i.key_hash from platform.idempotency i
    where i.created_at < now() - interval '24 hours'
    order by i.created_at limit most for update skip locked),
  gone as (
    delete from platform.idempotency i using old
    where i.tenant_id = old.tenant_id and i.key_hash = old.key_hash
    returning 1)
  select count(*)::integer from gone
$$;
select platform.dispatch_function('platform.sweep_idempotency(integer)');
