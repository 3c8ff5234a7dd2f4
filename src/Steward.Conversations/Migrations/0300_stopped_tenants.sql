-- Work of tenants that are stopped waits; it must neither run nor crowd out the work of others.

create function conversations.due_work(p_after uuid, p_tenants integer, p_each integer, p_without uuid[])
returns table (tenant_id uuid, conversation_id uuid) language sql volatile as $$
  with recursive tenants as (
    (select w.tenant_id from conversations.work w where w.tenant_id > p_after and w.tenant_id <> all (p_without) order by w.tenant_id limit 1)
    union all
    select (select w.tenant_id from conversations.work w where w.tenant_id > t.tenant_id and w.tenant_id <> all (p_without) order by w.tenant_id limit 1)
    from tenants t where t.tenant_id is not null
  ), picked as (
    select d.tenant_id, d.conversation_id
    from (select t.tenant_id from tenants t where t.tenant_id is not null limit p_tenants) t
    cross join lateral (
      select w.tenant_id, w.conversation_id from conversations.work w
      where w.tenant_id = t.tenant_id and w.look_at <= clock_timestamp()
        and (w.node is null or not exists (select from conversations.nodes n where n.incarnation = w.node and n.seen_at > clock_timestamp() - interval '12 seconds'))
      order by w.since limit p_each for update skip locked) d
  )
  update conversations.work w set look_at = clock_timestamp() + interval '2 seconds' from picked p
    where w.tenant_id = p.tenant_id and w.conversation_id = p.conversation_id
    returning w.tenant_id, w.conversation_id
$$;
select platform.dispatch_function('conversations.due_work(uuid, integer, integer, uuid[])');

create function conversations.due_deliveries(p_most integer, p_without uuid[]) returns table (tenant_id uuid, conversation_id uuid) language sql stable as $$
  select d.tenant_id, d.conversation_id from conversations.deliveries d
  where d.state <= 2 and d.next_at <= clock_timestamp() and d.tenant_id <> all (p_without)
  group by d.tenant_id, d.conversation_id order by min(d.next_at) limit p_most
$$;
select platform.dispatch_function('conversations.due_deliveries(integer, uuid[])');
