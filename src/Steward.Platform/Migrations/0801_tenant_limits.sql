-- What operators and tenants set instead of the installation's limits. Nodes keep all of it in memory.

create table platform.tenant_limits (
  tenant_id uuid primary key references platform.tenants,
  granted jsonb not null default '{}',
  own jsonb not null default '{}',
  version integer not null default 1,
  changed_at timestamptz not null default clock_timestamp()
);
comment on column platform.tenant_limits.granted is 'What an operator set: the tenant''s values, and the most it may set itself.';
comment on column platform.tenant_limits.own is 'What the tenant set for itself, within that.';
select platform.tenant_table('platform.tenant_limits');

create function platform.all_tenant_limits(p_names text[]) returns table (tenant_id uuid, place integer, granted bigint, own bigint) language sql stable as $$
  select l.tenant_id, n.place::integer - 1, (l.granted ->> n.name)::bigint, (l.own ->> n.name)::bigint
  from platform.tenant_limits l cross join unnest(p_names) with ordinality n (name, place)
  where l.granted ->> n.name is not null or l.own ->> n.name is not null
$$;
select platform.dispatch_function('platform.all_tenant_limits(text[])');
