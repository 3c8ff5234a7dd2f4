-- Sources of tenants that are stopped wait.

create function knowledge.claim_work(after_tenant uuid, most integer, by_node uuid, lease interval, without uuid[])
  returns table (work_tenant uuid, work_source uuid, work_token uuid) language sql as $$
  with due as (
    select w.tenant_id, w.source_id, row_number() over (partition by w.tenant_id order by w.due_at, w.source_id) as turn
    from knowledge.work w
    where w.due_at <= now() and (w.leased_until is null or w.leased_until < now()) and w.tenant_id <> all (without)
  ), chosen as (
    select w.tenant_id, w.source_id
    from knowledge.work w join due d on d.tenant_id = w.tenant_id and d.source_id = w.source_id
    where w.due_at <= now() and (w.leased_until is null or w.leased_until < now())
    order by d.turn, w.tenant_id <= after_tenant, w.tenant_id
    limit most
    for update of w skip locked
  )
  update knowledge.work w
  set token = gen_random_uuid(), node = by_node, leased_until = now() + lease, claims = w.claims + 1
  from chosen c where c.tenant_id = w.tenant_id and c.source_id = w.source_id
  returning w.tenant_id, w.source_id, w.token
$$;
comment on function knowledge.claim_work(uuid, integer, uuid, interval, uuid[]) is
  'Claims due work: the oldest of each tenant first, beginning with the tenant after the one served last, without the tenants named.';
select platform.dispatch_function('knowledge.claim_work(uuid, integer, uuid, interval, uuid[])');
