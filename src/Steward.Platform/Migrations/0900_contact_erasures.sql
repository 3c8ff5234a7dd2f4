-- Forgetting a contact: what was asked for, and how far it is. Also what a tenant's retention times ask for, which leaves no receipt.

create table platform.contact_erasures (
  tenant_id uuid not null,
  erasure_id uuid not null,
  contact_id uuid,
  conversations uuid[] not null,
  place integer not null default 0,
  state smallint not null default 0 check (state between 0 and 2),
  asked_by uuid,
  asked_at timestamptz not null default clock_timestamp(),
  settle_at timestamptz,
  done_at timestamptz,
  primary key (tenant_id, erasure_id),
  unique (tenant_id, contact_id)
);
comment on table platform.contact_erasures is 'Work while it lasts; then the receipt that a contact was erased. Ids and times only.';
comment on column platform.contact_erasures.contact_id is 'Null: conversations whose time was up. Such a row goes when its work is done.';
comment on column platform.contact_erasures.conversations is 'What is to be erased; emptied when it is done.';
comment on column platform.contact_erasures.place is 'How many of them are erased in this round.';
comment on column platform.contact_erasures.state is '0 working, 1 settling: all is erased, and will be once more at settle_at, 2 done';
create index contact_erasures_open on platform.contact_erasures (asked_at) where state < 2;
create index contact_erasures_late on platform.contact_erasures (asked_at) where contact_id is not null;
select platform.tenant_table('platform.contact_erasures');

create function platform.due_contact_erasures(most integer) returns table (tenant_id uuid, erasure_id uuid) language sql stable as $$
  select e.tenant_id, e.erasure_id from platform.contact_erasures e
  where e.state = 0 or (e.state = 1 and e.settle_at <= clock_timestamp())
  order by e.asked_at limit most
$$;
select platform.dispatch_function('platform.due_contact_erasures(integer)');

create function platform.erased_contacts(since timestamptz) returns table (tenant_id uuid, contact_id uuid, asked_at timestamptz) language sql stable as $$
  select e.tenant_id, e.contact_id, e.asked_at from platform.contact_erasures e
  where e.contact_id is not null and e.asked_at >= greatest(since, clock_timestamp() - interval '32 days')
$$;
comment on function platform.erased_contacts(timestamptz) is 'Those whose tokens may still be good, or be renewed.';
select platform.dispatch_function('platform.erased_contacts(timestamptz)');
