-- Carrying messages out: in order per conversation, checked before each attempt.

-- Conversations whose next delivery may be tried now.
create function conversations.due_deliveries(p_most integer) returns table (tenant_id uuid, conversation_id uuid) language sql stable as $$
  select d.tenant_id, d.conversation_id from conversations.deliveries d
  where d.state <= 2 and d.next_at <= clock_timestamp()
  group by d.tenant_id, d.conversation_id order by min(d.next_at) limit p_most
$$;
select platform.dispatch_function('conversations.due_deliveries(integer)');

create type conversations.delivery_attempt as (
  outcome smallint, id uuid, message_number bigint, channel_id uuid, kind text, attempts smallint, maybe_repeated boolean, provider_id text,
  message_id uuid, author smallint, text bytea, citations bytea, created_at timestamptz, settings bytea, identity bytea, contact_id uuid
);
comment on type conversations.delivery_attempt is 'outcome: 0 nothing now, 1 send it, 2 ask the provider about it, 3 withheld (look again)';

create function conversations.next_delivery(p_conversation uuid, p_node uuid, p_grace interval) returns conversations.delivery_attempt language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  d conversations.deliveries;
  r conversations.delivery_attempt;
begin
  perform set_config('steward.member', 'machine', true);
  r.outcome := 0;
  select * into c from conversations.conversations where tenant_id = tenant and id = p_conversation for update;
  if not found then return r; end if;
  select * into d from conversations.deliveries x
    where x.tenant_id = tenant and x.conversation_id = p_conversation and x.state <= 2
    order by x.message_number, x.id limit 1 for update;
  -- A node asks only for what it is not sending: an attempt in its own name is one whose end, or whose beginning, it never heard of.
  if not found or (d.state = 1 and d.node <> p_node and conversations.node_lives(d.node)) or (d.state <> 1 and d.next_at > clock_timestamp()) then
    return r;
  end if;
  r.id := d.id; r.message_number := d.message_number; r.channel_id := d.channel_id; r.kind := d.kind; r.attempts := d.attempts + 1;
  r.maybe_repeated := d.maybe_repeated; r.provider_id := d.provider_id; r.contact_id := c.contact_id;
  if d.state = 1 then
    -- Its node died while sending, or lost sight of it: nobody knows.
    update conversations.deliveries set state = 2, code = 'node.lost', next_at = clock_timestamp() + p_grace, changed_at = clock_timestamp()
      where tenant_id = tenant and id = d.id;
    return r;
  end if;
  select m.id, m.author, m.text, m.citations, m.created_at into r.message_id, r.author, r.text, r.citations, r.created_at
    from conversations.messages m where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number = d.message_number;
  if d.state = 0 and ((c.taken and r.author in (1, 3) and d.resend_of is null) or not (select k.may_write from conversations.contacts k where k.tenant_id = tenant and k.id = c.contact_id)) then
    update conversations.deliveries set state = 7, code = case when c.taken and r.author in (1, 3) and d.resend_of is null then 'delivery.taken_over' else 'delivery.not_wanted' end,
        changed_at = clock_timestamp()
      where tenant_id = tenant and id = d.id;
    r.outcome := 3;
    return r;
  end if;
  select h.settings into r.settings from conversations.channels h where h.tenant_id = tenant and h.id = d.channel_id;
  select i.identity into r.identity from conversations.contact_identities i
    where i.tenant_id = tenant and i.contact_id = c.contact_id and i.channel_id = d.channel_id limit 1;
  if d.state = 2 then
    -- Keep others off while the provider is asked.
    update conversations.deliveries set node = p_node, next_at = clock_timestamp() + p_grace where tenant_id = tenant and id = d.id;
    r.outcome := 2;
    return r;
  end if;
  update conversations.deliveries set state = 1, node = p_node, attempts = r.attempts, changed_at = clock_timestamp(), next_at = clock_timestamp() + interval '12 seconds'
    where tenant_id = tenant and id = d.id;
  r.outcome := 1;
  return r;
end $$;

create function conversations.delivery_rank(p_state smallint) returns integer language sql immutable as $$
  select case p_state when 0 then 0 when 1 then 1 when 2 then 2 when 3 then 3 when 6 then 4 when 4 then 5 when 5 then 6 else 9 end
$$;
comment on function conversations.delivery_rank(smallint) is 'The published order: queued < sending < unknown < sent < failed < delivered < read. Withheld is final.';

-- How an attempt ended. p_state: 0 again later, 2 unknown, 3 sent, 6 failed.
create function conversations.end_attempt(
  p_delivery uuid, p_node uuid, p_attempt smallint, p_state smallint, p_provider_id text, p_code text, p_pause interval, p_repeated boolean)
returns boolean language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  d conversations.deliveries;
begin
  update conversations.deliveries x set state = p_state, provider_id = coalesce(p_provider_id, x.provider_id), code = p_code,
      maybe_repeated = x.maybe_repeated or p_repeated, next_at = clock_timestamp() + p_pause, changed_at = clock_timestamp(), node = null
    where x.tenant_id = tenant and x.id = p_delivery and x.node = p_node and x.state in (1, 2) and x.attempts = p_attempt
    returning * into d;
  if not found then return false; end if;
  if d.provider_id is not null then
    perform conversations.apply_kept(d.channel_id, d.provider_id);
  end if;
  return true;
end $$;

-- Applies one status; keeps it when no delivery carries the id yet.
create function conversations.report_status(p_channel uuid, p_provider_id text, p_state smallint, p_code text, p_at timestamptz)
returns uuid language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  d conversations.deliveries;
begin
  -- The same lock as apply_kept, so that a status and its id cannot pass each other unseen.
  perform pg_advisory_xact_lock(hashtextextended(tenant::text || p_channel::text || p_provider_id, 7));
  select * into d from conversations.deliveries x
    where x.tenant_id = tenant and x.channel_id = p_channel and x.provider_id = p_provider_id for update;
  if not found then
    insert into conversations.delivery_statuses (tenant_id, channel_id, provider_id, state, code, at)
      values (tenant, p_channel, p_provider_id, p_state, p_code, p_at) on conflict do nothing;
    return null;
  end if;
  if conversations.delivery_rank(p_state) > conversations.delivery_rank(d.state) then
    update conversations.deliveries set state = p_state, code = p_code, changed_at = clock_timestamp() where tenant_id = tenant and id = d.id;
    return d.id;
  end if;
  return null;
end $$;

create function conversations.apply_kept(p_channel uuid, p_provider_id text) returns void language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  s conversations.delivery_statuses;
begin
  perform pg_advisory_xact_lock(hashtextextended(tenant::text || p_channel::text || p_provider_id, 7));
  for s in delete from conversations.delivery_statuses x
      where x.tenant_id = tenant and x.channel_id = p_channel and x.provider_id = p_provider_id returning * loop
    update conversations.deliveries x set state = s.state, code = s.code, changed_at = clock_timestamp()
      where x.tenant_id = tenant and x.channel_id = p_channel and x.provider_id = p_provider_id
        and conversations.delivery_rank(s.state) > conversations.delivery_rank(x.state);
  end loop;
end $$;
