-- Who did it and from where beside every event, and the audit: what people and programs did, append-only.

alter table platform.events
  add column actor text,
  add column actor_id uuid,
  add column door text,
  add column origin text;
comment on column platform.events.actor is 'Null in rows of a version that did not say.';

create table platform.audit (
  tenant_id uuid not null,
  entry bigint generated always as identity,
  event_id bigint not null,
  at timestamptz not null,
  actor text not null check (actor in ('member', 'key', 'operator', 'command', 'anyone')),
  actor_id uuid,
  door text,
  origin text,
  action text not null,
  subject uuid not null,
  of_tenant uuid,
  details jsonb not null default '{}',
  primary key (tenant_id, entry),
  unique (tenant_id, event_id)
);
comment on table platform.audit is 'One row per audited event. The installation''s own are those of the reserved tenant.';
comment on column platform.audit.entry is 'Grows in the order in which the events became visible, which no clock decides.';
comment on column platform.audit.of_tenant is 'In rows of the installation: the tenant that was acted on.';
create index audit_at on platform.audit (tenant_id, at);
create index audit_subject on platform.audit (tenant_id, subject, entry);
create index audit_actor on platform.audit (tenant_id, actor_id, entry);
select platform.tenant_table('platform.audit');
revoke update, delete on platform.audit from steward_app;
revoke update on platform.audit from steward_dispatch;

create function platform.erase_audit(tenant uuid, most integer) returns integer language plpgsql as $$
declare
  gone integer;
begin
  if not exists (select from platform.tenants t where t.tenant_id = tenant and t.erasing_since is not null) then
    raise exception 'tenant % is not being erased', tenant using errcode = 'insufficient_privilege';
  end if;
  delete from platform.audit a where a.tenant_id = tenant and a.entry = any (array(select b.entry from platform.audit b where b.tenant_id = tenant limit most));
  get diagnostics gone = row_count;
  return gone;
end $$;
select platform.dispatch_function('platform.erase_audit(uuid, integer)');

create function platform.sweep_audit(tenant uuid, before timestamptz, most integer) returns integer language plpgsql as $$
declare
  -- Nothing younger than 30 days is deleted by anybody, whatever is set and whatever a clock says.
  until timestamptz := least(before, clock_timestamp() - interval '30 days');
  gone integer;
begin
  delete from platform.audit a where a.tenant_id = tenant and a.entry = any (array(
    select b.entry from platform.audit b where b.tenant_id = tenant and b.at < until order by b.at limit most));
  get diagnostics gone = row_count;
  return gone;
end $$;
select platform.dispatch_function('platform.sweep_audit(uuid, timestamptz, integer)');
