-- The message path. Each function locks the conversation's row first; what it decides is TurnRules, statement by statement.

create function conversations.node_lives(p_node uuid) returns boolean language sql stable as $$
  select exists (select from conversations.nodes n where n.incarnation = p_node and n.seen_at > clock_timestamp() - interval '12 seconds')
$$;

-- What a turn needs, in one row. Texts stay sealed.
create type conversations.turn_context as (
  assistant_id uuid, channel_kind text, channel_id uuid, contact_id uuid, name bytea, email bytea, language text, known boolean,
  streak integer, title bytea, answered bigint, tools boolean,
  numbers bigint[], ids uuid[], authors smallint[], texts bytea[], times timestamptz[]
);

create function conversations.context_of(c conversations.conversations, p_history integer, p_below bigint) returns conversations.turn_context
language plpgsql stable as $$
declare
  r conversations.turn_context;
begin
  select h.assistant_id, c.channel_kind, h.id, k.id, k.name, k.email, k.language, k.known into r.assistant_id, r.channel_kind, r.channel_id, r.contact_id, r.name, r.email, r.language, r.known
    from conversations.channels h, conversations.contacts k
    where h.tenant_id = c.tenant_id and h.id = c.channel_id and k.tenant_id = c.tenant_id and k.id = c.contact_id;
  r.streak := c.low_confidence_streak; r.title := c.title; r.answered := c.answered_number; r.tools := c.tools_since_answer;
  select array_agg(m.number), array_agg(m.id), array_agg(m.author), array_agg(m.text), array_agg(m.created_at)
    into r.numbers, r.ids, r.authors, r.texts, r.times
    from (select number, id, author, text, created_at from conversations.messages
          where tenant_id = c.tenant_id and conversation_id = c.id and number > c.answered_number - p_history and number < p_below order by number) m;
  return r;
end $$;

create type conversations.received as (
  outcome smallint, number bigint, at timestamptz, epoch bigint, turn_id uuid, claims smallint, lease_node uuid, phase smallint,
  first_unanswered_at timestamptz, superseded uuid, channel_kind text, context conversations.turn_context
);
comment on type conversations.received is 'outcome: 0 held by people, 1 claimed, 2 joined a turn that gathers, 3 left for the running turn''s end or the scan';

create function conversations.receive(
  p_conversation uuid, p_message uuid, p_text bytea, p_provider_id text, p_client_hash bytea, p_contact uuid,
  p_node uuid, p_may_claim boolean, p_turn uuid, p_gather boolean, p_history integer)
returns conversations.received language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.received;
  same record;
  lives boolean;
begin
  perform set_config('steward.member', 'machine', true);
  select * into c from conversations.conversations where tenant_id = tenant and id = p_conversation for update;
  if not found or (p_contact is not null and c.contact_id <> p_contact) then
    raise exception 'conversation' using errcode = 'ST404';
  end if;
  if p_provider_id is not null then
    select m.conversation_id, m.id, m.number into same from conversations.messages m
      where m.tenant_id = tenant and m.channel_id = c.channel_id and m.provider_message_id = p_provider_id;
    if found then
      raise exception '%', same.conversation_id || ' ' || same.id || ' ' || same.number using errcode = 'ST409';
    end if;
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

  r.number := c.last_number + 1;
  insert into conversations.messages (tenant_id, conversation_id, number, id, author, author_id, owner_id, channel_id, provider_message_id, client_hash, text, created_at)
    values (tenant, p_conversation, r.number, p_message, 0, c.contact_id, c.owner_id, c.channel_id, p_provider_id, p_client_hash, p_text, r.at);

  if c.held then
    r.outcome := 0;
    update conversations.conversations set last_number = r.number, last_contact_number = r.number, last_message_at = r.at,
        state = 1, waiting_since = coalesce(waiting_since, r.at), snoozed_until = null
      where tenant_id = tenant and id = p_conversation;
    return r;
  end if;

  r.outcome := 3; r.channel_kind := c.channel_kind; r.epoch := c.epoch; r.turn_id := c.turn_id; r.claims := c.claims; r.phase := c.phase; r.lease_node := c.lease_node;
  r.first_unanswered_at := coalesce(c.first_unanswered_at, r.at);
  lives := c.lease_node is not null and conversations.node_lives(c.lease_node);
  if c.turn_id is null then
    if p_may_claim then
      r.outcome := 1; r.turn_id := p_turn; r.claims := 1; r.phase := case when p_gather then 1 else 2 end;
    end if;
  elsif not lives then
    if p_may_claim and c.claims < 3 then
      r.outcome := 1; r.claims := c.claims + 1; r.phase := case when c.phase = 3 then 3 when p_gather then 1 else 2 end;
    end if;
  elsif c.phase = 1 then
    r.outcome := 2;
  elsif c.phase = 2 and c.supersedes < 2 and r.at <= r.first_unanswered_at + interval '20 seconds' and p_may_claim then
    r.outcome := 1; r.superseded := c.turn_id; r.turn_id := p_turn; r.claims := 1; r.phase := case when p_gather then 1 else 2 end;
    insert into conversations.turns (tenant_id, conversation_id, turn_id, epoch, state, owner_id, claims)
      values (tenant, p_conversation, c.turn_id, c.epoch, 1, c.owner_id, c.claims) on conflict do nothing;
  end if;

  if r.outcome = 1 then
    r.epoch := c.epoch + 1; r.lease_node := p_node;
    insert into conversations.work as w (tenant_id, conversation_id, since, node) values (tenant, p_conversation, r.first_unanswered_at, p_node)
      on conflict (tenant_id, conversation_id) do update set node = excluded.node;
  elsif r.outcome = 3 and not lives then
    insert into conversations.work (tenant_id, conversation_id, since, node) values (tenant, p_conversation, r.first_unanswered_at, c.lease_node)
      on conflict do nothing;
  end if;
  update conversations.conversations set last_number = r.number, last_contact_number = r.number, last_message_at = r.at,
      state = 0, snoozed_until = null, first_unanswered_at = r.first_unanswered_at, epoch = r.epoch, turn_id = r.turn_id, phase = r.phase,
      claims = r.claims, lease_node = r.lease_node, supersedes = supersedes + case when r.superseded is null then 0 else 1 end
    where tenant_id = tenant and id = p_conversation;
  if r.outcome = 1 and r.phase >= 2 then
    r.context := conversations.context_of(c, p_history, r.number);
  end if;
  return r;
end $$;

-- Ends the quiet window, or begins a claimed attempt: from here on a message supersedes or belongs to the next turn.
create function conversations.begin_turn(p_conversation uuid, p_turn uuid, p_epoch bigint, p_history integer)
returns conversations.turn_context language plpgsql as $$
declare
  c conversations.conversations;
begin
  perform set_config('steward.member', 'machine', true);
  update conversations.conversations set phase = greatest(phase, 2::smallint)
    where tenant_id = current_setting('steward.tenant')::uuid and id = p_conversation and epoch = p_epoch and turn_id = p_turn
    returning * into c;
  if not found then
    raise exception 'lost' using errcode = 'ST410';
  end if;
  return conversations.context_of(c, p_history, c.last_number + 1);
end $$;

create type conversations.claimed as (outcome smallint, epoch bigint, turn_id uuid, claims smallint, phase smallint, first_unanswered_at timestamptz, channel_kind text);
comment on type conversations.claimed is 'outcome: 0 nothing to claim, 1 claimed, 2 claimed too often: a dead letter';

create function conversations.claim(p_conversation uuid, p_node uuid, p_turn uuid, p_own boolean)
returns conversations.claimed language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.claimed;
begin
  perform set_config('steward.member', 'machine', true);
  select * into c from conversations.conversations where tenant_id = tenant and id = p_conversation for update;
  r.outcome := 0;
  if not found or c.held or c.last_contact_number <= c.answered_number then
    delete from conversations.work where tenant_id = tenant and conversation_id = p_conversation;
    return r;
  end if;
  if c.turn_id is not null and c.lease_node is not null and (c.lease_node <> p_node or not p_own) and conversations.node_lives(c.lease_node) then
    return r;
  end if;
  r.epoch := c.epoch + 1; r.turn_id := coalesce(c.turn_id, p_turn); r.channel_kind := c.channel_kind;
  r.outcome := case when c.claims >= 3 then 2 else 1 end;
  r.claims := least(c.claims + 1, 3); r.phase := greatest(c.phase, 1::smallint);
  if r.phase = 2 then r.phase := 1; end if;
  r.first_unanswered_at := coalesce(c.first_unanswered_at, clock_timestamp());
  update conversations.conversations set epoch = r.epoch, turn_id = r.turn_id, claims = r.claims, phase = r.phase, lease_node = p_node,
      first_unanswered_at = r.first_unanswered_at
    where tenant_id = tenant and id = p_conversation;
  insert into conversations.work as w (tenant_id, conversation_id, since, node) values (tenant, p_conversation, r.first_unanswered_at, p_node)
    on conflict (tenant_id, conversation_id) do update set node = excluded.node;
  return r;
end $$;

create type conversations.committed as (reply_number bigint, at timestamptz, held boolean, epoch bigint, turn_id uuid, first_unanswered_at timestamptz);
comment on type conversations.committed is 'turn_id: the next turn, claimed by the same statement when something is unanswered left';

create function conversations.commit_turn(
  p_conversation uuid, p_turn uuid, p_epoch bigint, p_answers_to bigint, p_message uuid, p_text bytea, p_citations bytea,
  p_confidence real, p_low boolean, p_action smallint, p_handoff text, p_model text, p_cost numeric, p_title bytea, p_trace bytea,
  p_claims smallint, p_started timestamptz, p_next_turn uuid, p_assistant uuid, p_delivery uuid)
returns conversations.committed language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.committed;
begin
  perform set_config('steward.member', 'machine', true);
  -- The fence: a turn that lost its conversation stores nothing of what follows.
  update conversations.conversations x set
      answered_number = p_answers_to,
      last_number = x.last_number + case when p_text is null then 0 else 1 end,
      last_message_at = case when p_text is null then x.last_message_at else clock_timestamp() end,
      low_confidence_streak = case when p_low and p_handoff is null then x.low_confidence_streak + 1 else 0 end,
      title = coalesce(x.title, p_title), tools_since_answer = false, supersedes = 0,
      held = p_handoff is not null, state = case when p_handoff is null then 0 else 1 end, handoff_reason = coalesce(p_handoff, x.handoff_reason),
      waiting_since = case when p_handoff is null then null else clock_timestamp() end,
      epoch = x.epoch + case when p_handoff is null and x.last_contact_number > p_answers_to then 1 else 0 end,
      claims = case when p_handoff is null and x.last_contact_number > p_answers_to then 1 else 0 end,
      phase = case when p_handoff is null and x.last_contact_number > p_answers_to then 1 else 0 end,
      turn_id = case when p_handoff is null and x.last_contact_number > p_answers_to then p_next_turn end,
      lease_node = case when p_handoff is null and x.last_contact_number > p_answers_to then x.lease_node end,
      first_unanswered_at = case when p_handoff is null and x.last_contact_number > p_answers_to then (
        select m.created_at from conversations.messages m
        where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number > p_answers_to and m.author = 0 order by m.number limit 1) end
    where x.tenant_id = tenant and x.id = p_conversation and x.epoch = p_epoch and x.turn_id = p_turn
    returning * into c;
  if not found then
    raise exception 'lost' using errcode = 'ST410';
  end if;

  r.at := clock_timestamp(); r.held := c.held; r.epoch := c.epoch; r.turn_id := c.turn_id; r.first_unanswered_at := c.first_unanswered_at;
  if p_text is not null then
    r.reply_number := c.last_number;
    insert into conversations.messages (tenant_id, conversation_id, number, id, author, author_id, owner_id, channel_id, text, citations, turn_id, answers_to, confidence, action, model, cost_usd, created_at)
      values (tenant, p_conversation, r.reply_number, p_message, 1, p_assistant, c.owner_id, c.channel_id, p_text, p_citations, p_turn, p_answers_to, p_confidence, p_action, p_model, p_cost, r.at);
    if p_delivery is not null then
      insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind)
        select tenant, p_delivery, p_conversation, r.reply_number, h.id, h.kind from conversations.channels h where h.tenant_id = tenant and h.id = c.channel_id;
    end if;
  end if;
  insert into conversations.turns (tenant_id, conversation_id, turn_id, epoch, state, owner_id, claims, answers_to, reply_number, action, confidence, model, cost_usd, code, trace, started_at, ended_at)
    values (tenant, p_conversation, p_turn, p_epoch, 0, c.owner_id, p_claims, p_answers_to, r.reply_number, p_action, p_confidence, p_model, p_cost, p_handoff, p_trace, p_started, r.at);
  if c.turn_id is null then
    delete from conversations.work where tenant_id = tenant and conversation_id = p_conversation;
  else
    update conversations.work set since = c.first_unanswered_at where tenant_id = tenant and conversation_id = p_conversation;
  end if;
  return r;
end $$;

-- The point of no return before a tool with an effect.
create function conversations.close_turn(
  p_conversation uuid, p_turn uuid, p_epoch bigint, p_call uuid, p_tool text, p_arguments bytea, p_repeat_safe boolean)
returns boolean language plpgsql as $$
declare
  answered bigint;
begin
  perform set_config('steward.member', 'machine', true);
  update conversations.conversations set phase = 3, tools_since_answer = true
    where tenant_id = current_setting('steward.tenant')::uuid and id = p_conversation and epoch = p_epoch and turn_id = p_turn and phase >= 2
    returning answered_number into answered;
  if not found then
    raise exception 'lost' using errcode = 'ST410';
  end if;
  if p_tool is not null then
    insert into conversations.tool_calls (tenant_id, conversation_id, id, turn_id, after_number, tool, arguments, repeat_safe)
      values (current_setting('steward.tenant')::uuid, p_conversation, p_call, p_turn, answered, p_tool, p_arguments, p_repeat_safe);
  end if;
  return true;
end $$;

-- An attempt failed: again, with a new epoch, or (outcome 2) a dead letter.
create function conversations.fail_turn(p_conversation uuid, p_turn uuid, p_epoch bigint)
returns conversations.claimed language plpgsql as $$
declare
  r conversations.claimed;
begin
  perform set_config('steward.member', 'machine', true);
  update conversations.conversations set epoch = epoch + 1, claims = least(claims + 1, 3), phase = case when phase = 3 then 3 else 1 end
    where tenant_id = current_setting('steward.tenant')::uuid and id = p_conversation and epoch = p_epoch and turn_id = p_turn and claims < 3
    returning 1, epoch, turn_id, claims, phase, first_unanswered_at, channel_kind into r;
  if found then
    return r;
  end if;
  select 2, epoch, turn_id, claims, phase, first_unanswered_at, channel_kind into r from conversations.conversations
    where tenant_id = current_setting('steward.tenant')::uuid and id = p_conversation and epoch = p_epoch and turn_id = p_turn;
  if not found then
    raise exception 'lost' using errcode = 'ST410';
  end if;
  return r;
end $$;

create function conversations.bury_turn(p_conversation uuid, p_turn uuid, p_epoch bigint, p_code text, p_message uuid, p_text bytea, p_trace bytea, p_delivery uuid)
returns conversations.committed language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.committed;
begin
  perform set_config('steward.member', 'machine', true);
  select * into c from conversations.conversations
    where tenant_id = tenant and id = p_conversation and epoch = p_epoch and turn_id = p_turn for update;
  if not found then
    raise exception 'lost' using errcode = 'ST410';
  end if;
  r.at := clock_timestamp(); r.reply_number := c.last_number + 1; r.held := true; r.epoch := c.epoch + 1;
  insert into conversations.messages (tenant_id, conversation_id, number, id, author, owner_id, channel_id, text, turn_id, created_at)
    values (tenant, p_conversation, r.reply_number, p_message, 3, c.owner_id, c.channel_id, p_text, p_turn, r.at);
  if p_delivery is not null then
    insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind)
      select tenant, p_delivery, p_conversation, r.reply_number, h.id, h.kind from conversations.channels h where h.tenant_id = tenant and h.id = c.channel_id;
  end if;
  insert into conversations.turns (tenant_id, conversation_id, turn_id, epoch, state, owner_id, claims, answers_to, code, trace, ended_at)
    values (tenant, p_conversation, p_turn, p_epoch, 3, c.owner_id, c.claims, c.last_contact_number, p_code, p_trace, r.at);
  update conversations.conversations set epoch = r.epoch, last_number = r.reply_number, last_message_at = r.at, held = true, state = 1,
      waiting_since = coalesce(waiting_since, r.at), handoff_reason = p_code, turn_id = null, lease_node = null, phase = 0, claims = 0, supersedes = 0,
      first_unanswered_at = null
    where tenant_id = tenant and id = p_conversation;
  delete from conversations.work where tenant_id = tenant and conversation_id = p_conversation;
  return r;
end $$;

-- The node stops: the lease goes back and this claim does not count.
create function conversations.release_turn(p_conversation uuid, p_turn uuid, p_epoch bigint)
returns boolean language plpgsql as $$
begin
  perform set_config('steward.member', 'machine', true);
  update conversations.conversations set epoch = epoch + 1, lease_node = null, claims = greatest(claims - 1, 0)
    where tenant_id = current_setting('steward.tenant')::uuid and id = p_conversation and epoch = p_epoch and turn_id = p_turn;
  if found then
    update conversations.work set node = null, look_at = clock_timestamp()
      where tenant_id = current_setting('steward.tenant')::uuid and conversation_id = p_conversation;
  end if;
  return found;
end $$;

-- Work that nobody alive holds: the next tenants after p_after, each with its oldest.
create function conversations.due_work(p_after uuid, p_tenants integer, p_each integer)
returns table (tenant_id uuid, conversation_id uuid) language sql volatile as $$
  with recursive tenants as (
    (select w.tenant_id from conversations.work w where w.tenant_id > p_after order by w.tenant_id limit 1)
    union all
    select (select w.tenant_id from conversations.work w where w.tenant_id > t.tenant_id order by w.tenant_id limit 1) from tenants t where t.tenant_id is not null
  ), picked as (
    select d.tenant_id, d.conversation_id
    from (select t.tenant_id from tenants t where t.tenant_id is not null limit p_tenants) t
    cross join lateral (
      select w.tenant_id, w.conversation_id from conversations.work w
      where w.tenant_id = t.tenant_id and w.look_at <= clock_timestamp()
        and (w.node is null or not exists (select from conversations.nodes n where n.incarnation = w.node and n.seen_at > clock_timestamp() - interval '12 seconds'))
      order by w.since limit p_each for update skip locked) d
  )
  update conversations.work w set look_at = clock_timestamp() + interval '2 seconds' from picked p
    where w.tenant_id = p.tenant_id and w.conversation_id = p.conversation_id
    returning w.tenant_id, w.conversation_id
$$;
select platform.dispatch_function('conversations.due_work(uuid, integer, integer)');

create function conversations.work_of_node(p_node uuid) returns table (tenant_id uuid, conversation_id uuid) language sql stable as $$
  select w.tenant_id, w.conversation_id from conversations.work w where w.node = p_node
$$;
select platform.dispatch_function('conversations.work_of_node(uuid)');

create function conversations.due_snoozes(p_most integer) returns table (tenant_id uuid, conversation_id uuid) language sql stable as $$
  select c.tenant_id, c.id from conversations.conversations c where c.snoozed_until <= clock_timestamp() order by c.snoozed_until limit p_most
$$;
select platform.dispatch_function('conversations.due_snoozes(integer)');

create function conversations.channel_of_public_key(p_key text) returns table (tenant_id uuid, channel_id uuid) language sql stable as $$
  select c.tenant_id, c.id from conversations.channels c where c.public_key = p_key limit 1
$$;
select platform.dispatch_function('conversations.channel_of_public_key(text)');

create function conversations.tenant_of_channel(p_channel uuid) returns table (tenant_id uuid) language sql stable as $$
  select c.tenant_id from conversations.channels c where c.id = p_channel limit 1
$$;
select platform.dispatch_function('conversations.tenant_of_channel(uuid)');
