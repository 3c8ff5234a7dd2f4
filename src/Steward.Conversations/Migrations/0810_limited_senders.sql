-- Messages that came beyond a limit over a channel that cannot be told of an error: they are stored and shown to people, their sender is told once, and
-- one turn answers all of them when there is room. Until then their work is hidden; whoever claims it takes the use they had none of.

alter table conversations.work add column limited_until timestamptz;
comment on column conversations.work.limited_until is 'What waits came beyond a limit and is not looked at before. Null again once a use was taken for it.';

create type conversations.received_within as (received conversations.received, wait_us bigint, notice_number bigint);
comment on type conversations.received_within is 'wait_us: how long until there is room, 0 when nothing was beyond a limit; notice_number: of the message that tells the contact so';

-- Stores a message and counts it, in one transaction. The conversation is locked first, as everywhere; a repeat fails as in receive and is not counted.
-- p_wait: the tenant has no room for so long. A message that people hold, or that joins a turn which still gathers, needs no turn of its own.
create function conversations.receive_within(
  p_conversation uuid, p_message uuid, p_text bytea, p_provider_id text, p_client_hash bytea, p_contact uuid,
  p_node uuid, p_may_claim boolean, p_turn uuid, p_gather boolean, p_history integer,
  p_rule text, p_limits integer[], p_seconds integer[], p_wait interval, p_notice uuid, p_notice_text bytea, p_delivery uuid)
returns conversations.received_within language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c record;
  r conversations.received;
  x conversations.received_within;
  until timestamptz;
  said_at timestamptz;
begin
  select y.contact_id into c from conversations.conversations y where y.tenant_id = tenant and y.id = p_conversation for update;
  if not found then
    raise exception 'conversation' using errcode = 'ST404';
  end if;
  x.wait_us := coalesce((extract(epoch from p_wait) * 1000000)::bigint, 0);
  if x.wait_us = 0 and cardinality(p_limits) > 0 then
    x.wait_us := platform.try_use(p_rule, c.contact_id::text, p_limits, p_seconds);
  end if;
  r := conversations.receive(
    p_conversation, p_message, p_text, p_provider_id, p_client_hash, p_contact, p_node, p_may_claim and x.wait_us = 0, p_turn, p_gather, p_history);
  x.received := r;
  if x.wait_us = 0 then
    -- This message's use is for all that waits.
    update conversations.work w set limited_until = null, look_at = least(w.look_at, clock_timestamp())
      where w.tenant_id = tenant and w.conversation_id = p_conversation and w.limited_until is not null;
    return x;
  end if;
  if r.outcome <> 3 then
    x.wait_us := 0;
    return x;
  end if;

  until := clock_timestamp() + make_interval(secs => x.wait_us / 1000000.0);
  update conversations.work w set limited_until = coalesce(w.limited_until, until),
      look_at = case when r.turn_id is null then coalesce(w.limited_until, until) else w.look_at end
    where w.tenant_id = tenant and w.conversation_id = p_conversation;
  -- Told once in an hour, on whatever channels and nodes.
  if p_notice is not null and platform.try_use('limit_notice', c.contact_id::text, array[1], array[3600]) = 0 then
    said_at := clock_timestamp();
    update conversations.conversations y set last_number = y.last_number + 1, last_message_at = said_at
      where y.tenant_id = tenant and y.id = p_conversation returning y.last_number into x.notice_number;
    insert into conversations.messages (tenant_id, conversation_id, number, id, author, owner_id, channel_id, text, created_at)
      select tenant, p_conversation, x.notice_number, p_notice, 3, y.owner_id, y.channel_id, p_notice_text, said_at
      from conversations.conversations y where y.tenant_id = tenant and y.id = p_conversation;
    if p_delivery is not null then
      insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind)
        select tenant, p_delivery, p_conversation, x.notice_number, y.channel_id, y.channel_kind
        from conversations.conversations y where y.tenant_id = tenant and y.id = p_conversation;
    end if;
  end if;
  return x;
end $$;

-- Takes over work that nobody alive holds. outcome 3: it waits for room, and p_use asks for it. The turn of a node that died has its use.
create function conversations.claim_within(
  p_conversation uuid, p_node uuid, p_turn uuid, p_own boolean, p_use boolean, p_rule text, p_limits integer[], p_seconds integer[], p_wait interval)
returns conversations.claimed language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c record;
  r conversations.claimed;
  wait_us bigint := coalesce((extract(epoch from p_wait) * 1000000)::bigint, 0);
begin
  select y.contact_id, y.turn_id, y.held or y.last_contact_number <= y.answered_number as idle into c
    from conversations.conversations y where y.tenant_id = tenant and y.id = p_conversation for update;
  if not found or c.idle or c.turn_id is not null
      or not exists (select from conversations.work w where w.tenant_id = tenant and w.conversation_id = p_conversation and w.limited_until is not null) then
    return conversations.claim(p_conversation, p_node, p_turn, p_own);
  end if;
  r.outcome := 3;
  if not p_use then
    return r;
  end if;
  if wait_us = 0 and cardinality(p_limits) > 0 then
    wait_us := platform.try_use(p_rule, c.contact_id::text, p_limits, p_seconds);
  end if;
  update conversations.work w
    set limited_until = case when wait_us > 0 then clock_timestamp() + make_interval(secs => wait_us / 1000000.0) end,
        look_at = clock_timestamp() + make_interval(secs => wait_us / 1000000.0)
    where w.tenant_id = tenant and w.conversation_id = p_conversation;
  if wait_us > 0 then
    r.outcome := 0;
    return r;
  end if;
  return conversations.claim(p_conversation, p_node, p_turn, p_own);
end $$;

-- As before, and what came beyond a limit gets no next turn: the row stays for when there is room.
create or replace function conversations.commit_turn(
  p_conversation uuid, p_turn uuid, p_epoch bigint, p_answers_to bigint, p_message uuid, p_text bytea, p_citations bytea,
  p_confidence real, p_low boolean, p_action smallint, p_handoff text, p_model text, p_cost numeric, p_title bytea, p_trace bytea,
  p_claims smallint, p_started timestamptz, p_next_turn uuid, p_assistant uuid, p_delivery uuid)
returns conversations.committed language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c record;
  r conversations.committed;
  waits boolean := false;
begin
  update conversations.conversations x set
      answered_number = p_answers_to, last_number = x.last_number + 1, last_message_at = clock_timestamp(),
      low_confidence_streak = case when p_low then x.low_confidence_streak + 1 else 0 end, title = coalesce(x.title, p_title),
      tools_since_answer = false, supersedes = 0, held = false, state = 0, waiting_since = null,
      claims = 0, phase = 0, turn_id = null, lease_node = null, first_unanswered_at = null
    where x.tenant_id = tenant and x.id = p_conversation and x.epoch = p_epoch and x.turn_id = p_turn
      and x.last_contact_number <= p_answers_to and p_handoff is null and p_text is not null
    returning x.owner_id, x.channel_id, x.channel_kind, x.held, x.epoch, x.turn_id, x.first_unanswered_at, x.last_number, x.last_message_at, x.last_contact_number into c;
  if not found then
    perform from conversations.conversations where tenant_id = tenant and id = p_conversation and epoch = p_epoch and turn_id = p_turn for update;
    if not found then
      raise exception 'lost' using errcode = 'ST410';
    end if;
    update conversations.conversations x set
        answered_number = p_answers_to,
        last_number = x.last_number + case when p_text is null then 0 else 1 end,
        last_message_at = case when p_text is null then x.last_message_at else clock_timestamp() end,
        low_confidence_streak = case when p_low and p_handoff is null then x.low_confidence_streak + 1 else 0 end,
        title = coalesce(x.title, p_title), tools_since_answer = false, supersedes = 0,
        held = p_handoff is not null, state = case when p_handoff is null then 0 else 1 end, handoff_reason = coalesce(p_handoff, x.handoff_reason),
        waiting_since = case when p_handoff is null then null else clock_timestamp() end,
        epoch = x.epoch + case when n.next then 1 else 0 end,
        claims = case when n.next then 1 else 0 end,
        phase = case when n.next then 1 else 0 end,
        turn_id = case when n.next then p_next_turn end,
        lease_node = case when n.next then x.lease_node end,
        first_unanswered_at = case when n.next then (
          select m.created_at from conversations.messages m
          where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number > p_answers_to and m.author = 0 order by m.number limit 1) end
      from (select p_handoff is null and y.last_contact_number > p_answers_to
              and not exists (select from conversations.work w where w.tenant_id = tenant and w.conversation_id = p_conversation and w.limited_until is not null) as next
            from conversations.conversations y where y.tenant_id = tenant and y.id = p_conversation) n
      where x.tenant_id = tenant and x.id = p_conversation
      returning x.owner_id, x.channel_id, x.channel_kind, x.held, x.epoch, x.turn_id, x.first_unanswered_at, x.last_number, x.last_message_at, x.last_contact_number into c;
  end if;

  if c.turn_id is not null then
    update conversations.work set since = c.first_unanswered_at where tenant_id = tenant and conversation_id = p_conversation;
  elsif p_handoff is null and c.last_contact_number > p_answers_to then
    -- What is left came beyond a limit: it waits for room without a holder.
    waits := true;
    update conversations.work w set node = null, look_at = w.limited_until, since = (
        select m.created_at from conversations.messages m
        where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number > p_answers_to and m.author = 0 order by m.number limit 1)
      where w.tenant_id = tenant and w.conversation_id = p_conversation;
  end if;
  with reply as (
    insert into conversations.messages (tenant_id, conversation_id, number, id, author, author_id, owner_id, channel_id, text, citations, turn_id, answers_to, confidence, action, model, cost_usd, created_at)
      select tenant, p_conversation, c.last_number, p_message, 1, p_assistant, c.owner_id, c.channel_id, p_text, p_citations, p_turn, p_answers_to, p_confidence, p_action, p_model, p_cost, c.last_message_at
      where p_text is not null
  ), turn as (
    insert into conversations.turns (tenant_id, conversation_id, turn_id, epoch, state, owner_id, claims, answers_to, reply_number, action, confidence, model, cost_usd, code, trace, started_at, ended_at)
      values (tenant, p_conversation, p_turn, p_epoch, 0, c.owner_id, p_claims, p_answers_to, case when p_text is not null then c.last_number end, p_action, p_confidence, p_model, p_cost, p_handoff, p_trace, p_started,
        case when p_text is null then clock_timestamp() else c.last_message_at end)
      returning reply_number, ended_at
  ), done as (
    delete from conversations.work where c.turn_id is null and not waits and tenant_id = tenant and conversation_id = p_conversation
  )
  select t.reply_number, t.ended_at, c.held, c.epoch, c.turn_id, c.first_unanswered_at into r from turn t;
  if p_delivery is not null and p_text is not null then
    insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind)
      values (tenant, p_delivery, p_conversation, c.last_number, c.channel_id, c.channel_kind);
  end if;
  return r;
end $$;

-- What waits for room under a limit is late by intent: it must not look like a queue that grows old.
create function conversations.due_turn_lag() returns table (depth bigint, oldest_ms bigint) language sql stable as $$
  select count(*), coalesce(extract(epoch from clock_timestamp() - min(w.since)) * 1000, 0)::bigint
  from (select o.since from conversations.work o where o.limited_until is null limit 10000) w
$$;
comment on function conversations.due_turn_lag() is 'Conversations with unanswered messages that no limit holds back.';
select platform.dispatch_function('conversations.due_turn_lag()');

create or replace function conversations.queue_figures() returns table (queue text, depth bigint, oldest_ms bigint) language sql stable as $$
  select 'turns', l.depth, l.oldest_ms from conversations.due_turn_lag() l
  union all
  select 'deliveries', l.depth, l.oldest_ms from conversations.delivery_lag() l
$$;
