-- A tenant's life beyond its creation: profile, suspension, deletion with a time of grace.

alter table platform.tenants
  add column currency text not null default 'USD',
  add column opening_hours jsonb,
  add column logo_file uuid,
  add column state_before text check (state_before in ('active', 'suspended')),
  add column state_changed_at timestamptz not null default now(),
  add column erase_at timestamptz,
  add column erasing_since timestamptz,
  add constraint tenants_deleting check ((state = 'deleting') = (erase_at is not null));
comment on column platform.tenants.state_before is 'What the tenant becomes again when its deletion is undone.';
comment on column platform.tenants.erase_at is 'End of the time of grace, by the database''s clock.';
comment on column platform.tenants.erasing_since is 'From here on the deletion cannot be undone.';
create index tenants_stopped on platform.tenants (tenant_id) where state <> 'active';
create index tenants_listed on platform.tenants (created_at, tenant_id);

create table platform.erasures (
  erased_id uuid primary key,
  asked_at timestamptz not null,
  erased_at timestamptz not null default now()
);
comment on table platform.erasures is 'Receipts: which tenants were erased and when. Nothing else of them is left.';
grant select, insert on platform.erasures to steward_app;
grant select on platform.erasures to steward_dispatch;

create function platform.stopped_tenants() returns table (tenant_id uuid, standing smallint) language sql stable as $$
  select t.tenant_id, case t.state when 'suspended' then 1::smallint else 2::smallint end from platform.tenants t where t.state <> 'active'
  union all
  select e.erased_id, 3::smallint from platform.erasures e where e.erased_at > clock_timestamp() - interval '1 day'
$$;
comment on function platform.stopped_tenants() is 'standing: 1 suspended, 2 deleting, 3 erased within a day, while something of it may still be in a node''s memory';
select platform.dispatch_function('platform.stopped_tenants()');

create function platform.tenants_page(after_at timestamptz, after_id uuid, in_state text, most integer)
  returns table (tenant_id uuid) language sql stable as $$
  select t.tenant_id from platform.tenants t
  where (after_at is null or (t.created_at, t.tenant_id) > (after_at, after_id)) and (in_state is null or t.state = in_state)
  order by t.created_at, t.tenant_id limit most
$$;
select platform.dispatch_function('platform.tenants_page(timestamptz, uuid, text, integer)');

create function platform.due_erasures(most integer) returns table (tenant_id uuid) language sql stable as $$
  select t.tenant_id from platform.tenants t where t.state = 'deleting' and t.erase_at <= clock_timestamp() order by t.erase_at limit most
$$;
select platform.dispatch_function('platform.due_erasures(integer)');
