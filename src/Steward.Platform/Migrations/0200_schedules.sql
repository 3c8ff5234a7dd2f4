-- Installation-wide schedules: one row per schedule of the program, claimed like any work. They belong to no tenant; what a
-- schedule does for tenants it does through their own sessions.

create table platform.schedules (
  name text primary key,
  plan text not null,
  next_at timestamptz not null,
  lease_node uuid,
  lease_until timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  failures integer not null default 0,
  last_error text
);
comment on table platform.schedules is 'When each schedule runs next. A time that was missed is made up for once.';
comment on column platform.schedules.last_error is 'Type of the last failure, never its text.';
create index schedules_due on platform.schedules (next_at);
grant select, insert, update on platform.schedules to steward_app;
