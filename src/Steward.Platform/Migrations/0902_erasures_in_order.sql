-- People's erasures go before what retention asks for, and one that fails waits before it is tried again, longer each time.

alter table platform.contact_erasures add column failures smallint not null default 0;
comment on column platform.contact_erasures.failures is 'How many runs failed one after another.';
comment on column platform.contact_erasures.settle_at is 'Not before this: when all is erased once more, or when a run that failed is tried again. Null: at once.';

create index contact_erasures_due on platform.contact_erasures ((contact_id is null), coalesce(settle_at, asked_at)) where state < 2;
drop index platform.contact_erasures_open;

create or replace function platform.due_contact_erasures(most integer) returns table (tenant_id uuid, erasure_id uuid) language sql stable as $$
  select e.tenant_id, e.erasure_id from platform.contact_erasures e
  where e.state < 2 and coalesce(e.settle_at, e.asked_at) <= clock_timestamp()
  order by (e.contact_id is null), coalesce(e.settle_at, e.asked_at) limit most
$$;
select platform.dispatch_function('platform.due_contact_erasures(integer)');

-- Erasing looks for these by what they are about; few messages bring a file.
create index events_of_files on platform.events (tenant_id, subject) where name in ('file.stored', 'file.removed');
