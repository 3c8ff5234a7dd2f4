-- What people do. One function: it locks the row, fences the assistant where the act asks for it, and says what changed.

create type conversations.acted as (
  epoch bigint, cancelled uuid, state smallint, held boolean, unanswered boolean, number bigint, at timestamptz, last_contact bigint
);
comment on type conversations.acted is 'number: of the message the act wrote; unanswered: a turn is due';

create function conversations.act(
  p_conversation uuid, p_member uuid, p_machine boolean, p_act text, p_until timestamptz, p_reason text,
  p_message uuid, p_text bytea, p_client_hash bytea, p_delivery uuid, p_push text[])
returns conversations.acted language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.acted;
  same record;
begin
  if p_machine then
    perform set_config('steward.member', 'machine', true);
  end if;
  select * into c from conversations.conversations where tenant_id = tenant and id = p_conversation for update;
  if not found or not (p_machine or c.visibility <> 1 or c.assignee_id is null or p_member is null or c.assignee_id = p_member) then
    raise exception 'conversation' using errcode = 'ST404';
  end if;
  r.at := clock_timestamp();
  if p_client_hash is not null then
    select m.conversation_id, m.id, m.number, m.created_at into same from conversations.messages m
      where m.tenant_id = tenant and m.conversation_id = p_conversation and m.client_hash = p_client_hash;
    if found and same.created_at > r.at - interval '24 hours' then
      raise exception '%', same.conversation_id || ' ' || same.id || ' ' || same.number using errcode = 'ST409';
    elsif found then
      update conversations.messages m set client_hash = null where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number = same.number;
    end if;
  end if;

  if p_act in ('take', 'write', 'resolve', 'snooze', 'ask') and c.turn_id is not null then
    r.cancelled := c.turn_id;
    insert into conversations.turns (tenant_id, conversation_id, turn_id, epoch, state, owner_id, claims)
      values (tenant, p_conversation, c.turn_id, c.epoch, 2, c.owner_id, c.claims) on conflict do nothing;
  end if;
  if p_act in ('take', 'write', 'resolve', 'snooze', 'ask') then
    c.epoch := c.epoch + 1; c.turn_id := null; c.lease_node := null; c.phase := 0; c.claims := 0; c.supersedes := 0;
  end if;

  case p_act
    when 'take' then
      c.held := true; c.taken := true; c.state := 0; c.waiting_since := null; c.snoozed_until := null; c.first_unanswered_at := null;
      c.assignee_id := coalesce(p_member, c.assignee_id);
    when 'write' then
      c.held := true; c.taken := true; c.state := 0; c.waiting_since := null; c.snoozed_until := null; c.first_unanswered_at := null;
      c.assignee_id := coalesce(c.assignee_id, p_member);
      c.answered_number := c.last_contact_number; c.tools_since_answer := false; c.low_confidence_streak := 0;
      c.last_number := c.last_number + 1; c.last_message_at := r.at; r.number := c.last_number;
      insert into conversations.messages (tenant_id, conversation_id, number, id, author, author_id, owner_id, channel_id, client_hash, text, created_at)
        values (tenant, p_conversation, c.last_number, p_message, 2, p_member, c.owner_id, c.channel_id, p_client_hash, p_text, r.at);
      if c.channel_kind = any (p_push) then
        insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind)
          select tenant, p_delivery, p_conversation, c.last_number, h.id, h.kind from conversations.channels h where h.tenant_id = tenant and h.id = c.channel_id;
      end if;
    when 'back' then
      c.held := false; c.taken := false; c.state := 0; c.waiting_since := null; c.snoozed_until := null; c.low_confidence_streak := 0; c.claims := 0;
    when 'resolve' then
      c.held := false; c.taken := false; c.state := 3; c.waiting_since := null; c.snoozed_until := null; c.first_unanswered_at := null;
      c.resolved_at := r.at; c.answered_number := c.last_contact_number; c.tools_since_answer := false; c.low_confidence_streak := 0;
    when 'reopen' then
      c.state := case when c.held and c.last_contact_number > c.answered_number then 1 else 0 end; c.snoozed_until := null;
      c.waiting_since := case when c.state = 1 then coalesce(c.waiting_since, r.at) end;
    when 'snooze' then
      c.state := 2; c.snoozed_until := p_until; c.waiting_since := null; c.first_unanswered_at := null;
    when 'wake' then
      if c.state <> 2 or c.snoozed_until > r.at then
        r.epoch := c.epoch; r.state := c.state; r.held := c.held; r.unanswered := false;
        return r;
      end if;
      c.state := case when c.held then 1 else 0 end; c.snoozed_until := null;
      c.waiting_since := case when c.held then r.at end;
    when 'ask' then
      c.held := true; c.state := 1; c.waiting_since := coalesce(c.waiting_since, r.at); c.snoozed_until := null; c.first_unanswered_at := null;
      c.handoff_reason := coalesce(p_reason, c.handoff_reason);
  end case;

  r.unanswered := not c.held and c.state = 0 and c.last_contact_number > c.answered_number;
  if r.unanswered and c.first_unanswered_at is null then
    select m.created_at into c.first_unanswered_at from conversations.messages m
      where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number > c.answered_number and m.author = 0 order by m.number limit 1;
  end if;
  update conversations.conversations set epoch = c.epoch, turn_id = c.turn_id, lease_node = c.lease_node, phase = c.phase, claims = c.claims,
      supersedes = c.supersedes, held = c.held, taken = c.taken, state = c.state, waiting_since = c.waiting_since, snoozed_until = c.snoozed_until,
      first_unanswered_at = c.first_unanswered_at, assignee_id = c.assignee_id, answered_number = c.answered_number,
      tools_since_answer = c.tools_since_answer, low_confidence_streak = c.low_confidence_streak, last_number = c.last_number,
      last_message_at = c.last_message_at, resolved_at = c.resolved_at, handoff_reason = c.handoff_reason, version = version + 1
    where tenant_id = tenant and id = p_conversation;
  if r.unanswered then
    insert into conversations.work (tenant_id, conversation_id, since) values (tenant, p_conversation, c.first_unanswered_at) on conflict do nothing;
  else
    delete from conversations.work where tenant_id = tenant and conversation_id = p_conversation;
  end if;
  r.epoch := c.epoch; r.state := c.state; r.held := c.held; r.last_contact := c.last_contact_number;
  return r;
end $$;

-- A sender's contact and conversation on a push channel. outcome: 0 found, 1 nobody of that identity or no conversation to go on with.
create type conversations.located as (conversation_id uuid, contact_id uuid);

create function conversations.locate(p_channel uuid, p_identity bytea)
returns conversations.located language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  r conversations.located;
begin
  perform set_config('steward.member', 'machine', true);
  select i.contact_id into r.contact_id from conversations.contact_identities i
    where i.tenant_id = tenant and i.channel_id = p_channel and i.identity_hash = p_identity for update;
  if found then
    select c.id into r.conversation_id from conversations.conversations c
      where c.tenant_id = tenant and c.contact_id = r.contact_id and c.channel_id = p_channel
        and (c.state <> 3 or c.resolved_at > clock_timestamp() - interval '7 days')
      order by c.id desc limit 1;
  end if;
  return r;
end $$;

create function conversations.open_for(
  p_channel uuid, p_identity_hash bytea, p_identity bytea, p_contact uuid, p_name bytea, p_language text, p_conversation uuid, p_number bigint)
returns conversations.located language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  r conversations.located;
begin
  perform set_config('steward.member', 'machine', true);
  if not exists (select from conversations.contact_identities i where i.tenant_id = tenant and i.channel_id = p_channel and i.identity_hash = p_identity_hash) then
    insert into conversations.contacts (tenant_id, id, name, language) values (tenant, p_contact, p_name, p_language);
    insert into conversations.contact_identities (tenant_id, channel_id, identity_hash, contact_id, identity)
      values (tenant, p_channel, p_identity_hash, p_contact, p_identity) on conflict do nothing;
    if not found then
      delete from conversations.contacts where tenant_id = tenant and id = p_contact;
    end if;
  end if;
  r := conversations.locate(p_channel, p_identity_hash);
  if r.conversation_id is null then
    insert into conversations.conversations (tenant_id, id, number, channel_id, channel_kind, contact_id)
      select tenant, p_conversation, p_number, h.id, h.kind, r.contact_id from conversations.channels h where h.tenant_id = tenant and h.id = p_channel and h.enabled;
    if not found then
      raise exception 'channel' using errcode = 'ST404';
    end if;
    r.conversation_id := p_conversation;
  end if;
  return r;
end $$;
