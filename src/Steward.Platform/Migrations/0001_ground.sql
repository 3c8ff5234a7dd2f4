-- What every module's migrations stand on: the policies, the tenants and their keys, the events.

create function platform.tenant_table(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_app on %s to steward_app using (tenant_id = current_setting(''steward.tenant'')::uuid) with check (tenant_id = current_setting(''steward.tenant'')::uuid)', target);
  execute format('create policy tenant_migrator on %s to steward_migrator using (true) with check (true)', target);
  execute format('create policy tenant_dispatch on %s to steward_dispatch using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to steward_app, steward_dispatch', target);
end $$;
comment on function platform.tenant_table(regclass) is 'Makes a table tenant-owned: row-level security forced, one policy per role, no truncate.';

create function platform.dispatch_function(target regprocedure) returns void language plpgsql as $$
declare
  home text := (select n.nspname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid = target);
begin
  execute format('alter function %s security definer', target);
  execute format('alter function %s set search_path = %I, pg_temp', target, home);
  execute format('revoke all on function %s from public', target);
  execute format('grant execute on function %s to steward_app', target);
  execute format('alter function %s owner to steward_dispatch', target);
end $$;
comment on function platform.dispatch_function(regprocedure) is 'Makes a function one of the few that see across tenants. It must answer with ids only.';

revoke all on function platform.tenant_table(regclass), platform.dispatch_function(regprocedure) from public;

create table platform.installation (
  singleton boolean primary key default true check (singleton),
  master_key_check bytea not null,
  created_at timestamptz not null default now()
);
comment on table platform.installation is 'One row: what proves at start that the master key is the one this database was sealed with.';
grant select, insert, update on platform.installation to steward_app;

create table platform.tenants (
  tenant_id uuid primary key,
  name text not null,
  state text not null default 'active' check (state in ('active', 'suspended', 'deleting')),
  time_zone text not null default 'UTC',
  locale text not null default 'en',
  version integer not null default 1,
  created_at timestamptz not null default now()
);
select platform.tenant_table('platform.tenants');

create function platform.tenant_ids() returns table (tenant_id uuid) language sql stable as
$$ select t.tenant_id from platform.tenants t where t.state <> 'deleting' order by t.tenant_id $$;
select platform.dispatch_function('platform.tenant_ids()');

create table platform.tenant_keys (
  tenant_id uuid not null references platform.tenants,
  purpose text not null check (purpose in ('data', 'index')),
  number integer not null,
  wrapped bytea not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, purpose, number)
);
select platform.tenant_table('platform.tenant_keys');

create table platform.number_blocks (
  tenant_id uuid not null references platform.tenants,
  series text not null,
  next_value bigint not null,
  primary key (tenant_id, series)
);
select platform.tenant_table('platform.number_blocks');

create table platform.events (
  tenant_id uuid not null,
  id bigint generated always as identity,
  tx xid8 not null default pg_current_xact_id(),
  name text not null,
  subject uuid not null,
  at timestamptz not null default now(),
  body jsonb not null,
  primary key (tenant_id, id)
);
comment on column platform.events.tx is 'The writing transaction: a reader''s position is (tx, id), because ids become visible out of order.';
create index events_position on platform.events (tx, id);
select platform.tenant_table('platform.events');

create table platform.subscribers (
  name text primary key,
  tx xid8 not null default '0',
  id bigint not null default 0,
  lease_node uuid,
  lease_until timestamptz not null default now(),
  moved_at timestamptz not null default now()
);
grant select, insert, update on platform.subscribers to steward_app;

create function platform.events_after(after_tx xid8, after_id bigint, names text[], most integer)
  returns table (tx xid8, id bigint, tenant_id uuid) language plpgsql stable as $$
declare
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  found integer;
begin
  return query
    select e.tx, e.id, e.tenant_id from platform.events e
    where (e.tx, e.id) > (after_tx, after_id) and e.tx < horizon and e.name = any (names)
    order by e.tx, e.id limit most;
  get diagnostics found = row_count;
  if found < most then
    -- Everything below the horizon was seen; the next look starts there.
    return query select greatest(after_tx, horizon), case when horizon > after_tx then 0::bigint else after_id end, null::uuid;
  end if;
end $$;
select platform.dispatch_function('platform.events_after(xid8, bigint, text[], integer)');
