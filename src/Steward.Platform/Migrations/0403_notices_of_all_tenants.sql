-- The tenants with due notices, page after page: the first hundred may stay due for long.

create function platform.due_notices(at timestamptz, without uuid[], after uuid, most integer) returns table (tenant_id uuid) language sql stable as $$
  select distinct due.tenant_id from (
    select n.tenant_id from platform.notices n where not n.planned
    union all
    select d.tenant_id from platform.notice_deliveries d where d.state <= 1 and d.due_at <= at and (d.state = 0 or d.lease_until < clock_timestamp())) due
  where due.tenant_id > after and due.tenant_id <> all (without) order by 1 limit most
$$;
comment on function platform.due_notices(timestamptz, uuid[], uuid, integer) is 'The tenants, in the order of their ids, that have notices to plan or deliveries to make.';
select platform.dispatch_function('platform.due_notices(timestamptz, uuid[], uuid, integer)');
