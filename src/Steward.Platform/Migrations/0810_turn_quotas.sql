-- What nodes counted of this and the last hours' turns, for the notices about quotas: figures only.

create function platform.turns_counted() returns table (tenant_id uuid, month integer, used bigint) language sql stable as $$
  select c.tenant_id, replace(c.key, '-', '')::integer, (select sum(u) from unnest(c.uses) u)
  from platform.rate_counts c where c.rule = 'turns' and c.touched_at > clock_timestamp() - interval '2 hours'
$$;
select platform.dispatch_function('platform.turns_counted()');
