-- What is held of contacts whose conversations are all gone, by the time that a tenant keeps it.

alter table conversations.contacts add column last_spoke_at timestamptz;
comment on column conversations.contacts.last_spoke_at is 'Set when retention takes a conversation of the contact: the last message in it.';

-- Identities before the contact, as a sender's first message locks them; whoever began a conversation meanwhile keeps everything.
create function conversations.forget_details(p_before timestamptz, p_most integer) returns integer language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  contact uuid;
  forgotten integer := 0;
begin
  for contact in
    select k.id from conversations.contacts k
    where k.tenant_id = tenant and k.created_at < p_before and (k.last_spoke_at is null or k.last_spoke_at < p_before)
      and not exists (select from conversations.conversations c where c.tenant_id = tenant and c.contact_id = k.id)
      and (k.name is not null or k.email is not null or k.phone is not null
        or exists (select from conversations.contact_identities i where i.tenant_id = tenant and i.contact_id = k.id))
    order by k.id limit p_most
  loop
    perform from conversations.contact_identities i where i.tenant_id = tenant and i.contact_id = contact order by i.channel_id, i.identity_hash for update;
    perform from conversations.contacts k where k.tenant_id = tenant and k.id = contact for update;
    if not exists (select from conversations.conversations c where c.tenant_id = tenant and c.contact_id = contact) then
      delete from conversations.contact_identities i where i.tenant_id = tenant and i.contact_id = contact;
      update conversations.contacts k set name = null, email = null, phone = null, known = false, version = k.version + 1 where k.tenant_id = tenant and k.id = contact;
    end if;
    forgotten := forgotten + 1;
  end loop;
  return forgotten;
end $$;
comment on function conversations.forget_details(timestamptz, integer) is
  'Forgets name, address, number and identities of contacts without a conversation who came, and spoke last, before the time; returns how many it looked at. Runs with the caller''s rights.';
