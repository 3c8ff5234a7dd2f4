-- A look counts the tenants that have work which is due, not those that have any: tenants whose turns all run, or whose work waits, filled
-- the look, and who came after them was never found. And snoozes of stopped tenants wait with the tenant.

create or replace function conversations.due_work(p_after uuid, p_tenants integer, p_each integer, p_without uuid[], p_weighted uuid[], p_weights integer[])
returns table (tenant_id uuid, conversation_id uuid, place integer) language sql volatile as $$
  with recursive tenants as (
    (select w.tenant_id from conversations.work w where w.tenant_id > p_after and w.tenant_id <> all (p_without) order by w.tenant_id limit 1)
    union all
    select (select w.tenant_id from conversations.work w where w.tenant_id > t.tenant_id and w.tenant_id <> all (p_without) order by w.tenant_id limit 1)
    from tenants t where t.tenant_id is not null
  ), picked as materialized (
    select d.tenant_id, d.conversation_id, d.since
    from (select t.tenant_id from tenants t where t.tenant_id is not null and exists (
            select from conversations.work w
            where w.tenant_id = t.tenant_id and w.look_at <= clock_timestamp()
              and (w.node is null or not exists (select from conversations.nodes n where n.incarnation = w.node and n.seen_at > clock_timestamp() - interval '12 seconds')))
          limit p_tenants) t
    cross join lateral (
      select w.tenant_id, w.conversation_id, w.since from conversations.work w
      where w.tenant_id = t.tenant_id and w.look_at <= clock_timestamp()
        and (w.node is null or not exists (select from conversations.nodes n where n.incarnation = w.node and n.seen_at > clock_timestamp() - interval '12 seconds'))
      order by w.since limit p_each * coalesce(p_weights[array_position(p_weighted, t.tenant_id)], 1) for update skip locked) d
  ), hidden as (
    update conversations.work w set look_at = clock_timestamp() + interval '2 seconds' from picked p
      where w.tenant_id = p.tenant_id and w.conversation_id = p.conversation_id
      returning w.tenant_id, w.conversation_id, p.since
  )
  select h.tenant_id, h.conversation_id, (row_number() over (partition by h.tenant_id order by h.since, h.conversation_id))::integer from hidden h
$$;
select platform.dispatch_function('conversations.due_work(uuid, integer, integer, uuid[], uuid[], integer[])');

create function conversations.due_snoozes(p_most integer, p_without uuid[]) returns table (tenant_id uuid, conversation_id uuid) language sql stable as $$
  select c.tenant_id, c.id from conversations.conversations c
  where c.snoozed_until <= clock_timestamp() and c.tenant_id <> all (p_without)
  order by c.snoozed_until limit p_most
$$;
select platform.dispatch_function('conversations.due_snoozes(integer, uuid[])');
