-- The message path. Each function names itself `machine` for the policies, locks the conversation's row first, and decides what TurnRules decides.

create function conversations.node_lives(p_node uuid) returns boolean language sql stable as $$
  select exists (select from conversations.nodes n where n.incarnation = p_node and n.seen_at > clock_timestamp() - interval '12 seconds')
$$;

-- What a turn needs, in one row. Texts stay sealed.
create type conversations.turn_context as (
  assistant_id uuid, channel_kind text, channel_id uuid, contact_id uuid, name bytea, email bytea, language text, known boolean,
  streak integer, title bytea, answered bigint, tools boolean,
  numbers bigint[], ids uuid[], authors smallint[], texts bytea[], times timestamptz[]
);

create type conversations.received as (
  outcome smallint, number bigint, at timestamptz, epoch bigint, turn_id uuid, claims smallint, lease_node uuid, phase smallint,
  first_unanswered_at timestamptz, superseded uuid, channel_kind text,
  assistant_id uuid, channel_id uuid, contact_id uuid, name bytea, email bytea, language text, known boolean,
  streak integer, title bytea, answered bigint, tools boolean,
  numbers bigint[], ids uuid[], authors smallint[], texts bytea[], times timestamptz[], lost boolean
);
comment on type conversations.received is 'outcome: 0 held by people, 1 claimed, 2 joined a turn that gathers, 3 left for the running turn''s end or the scan. From assistant_id on: the context of a turn that writes at once. lost: the lease was a dead node''s';

-- A repeat changes nothing: it is refused with what the first one stored. A client's id is forgotten after a day.
create function conversations.refuse_repeat(p_conversation uuid, p_channel uuid, p_provider_id text, p_client_hash bytea)
returns void language plpgsql as $$
declare
  tenant uuid := current_setting('steward.tenant')::uuid;
  same record;
begin
  if p_provider_id is not null then
    select m.conversation_id, m.id, m.number into same from conversations.messages m
      where m.tenant_id = tenant and m.channel_id = p_channel and m.provider_message_id = p_provider_id;
    if found then
      raise exception '%', same.conversation_id || ' ' || same.id || ' ' || same.number using errcode = 'ST409';
    end if;
  end if;
  if p_client_hash is not null then
    select m.conversation_id, m.id, m.number, m.created_at into same from conversations.messages m
      where m.tenant_id = tenant and m.conversation_id = p_conversation and m.client_hash = p_client_hash;
    if found and same.created_at > clock_timestamp() - interval '24 hours' then
      raise exception '%', same.conversation_id || ' ' || same.id || ' ' || same.number using errcode = 'ST409';
    elsif found then
      update conversations.messages m set client_hash = null where m.tenant_id = tenant and m.conversation_id = p_conversation and m.number = same.number;
    end if;
  end if;
end $$;

-- The first statement waits for the row's lock; the next one sees what was committed until then. Starting a statement costs more than what these do,
-- so what always happens together is one statement, and what is rare stands behind a condition. Plans are made once, and never scan a whole table
-- because it was small then.
create function conversations.receive(
  p_conversation uuid, p_message uuid, p_text bytea, p_provider_id text, p_client_hash bytea, p_contact uuid,
  p_node uuid, p_may_claim boolean, p_turn uuid, p_gather boolean, p_history integer)
returns conversations.received language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c record;
  r conversations.received;
  now_at timestamptz;
  first_at timestamptz;
  lives boolean := false;
  outcome smallint;
  next_phase smallint;
  fresh boolean;
  writes boolean;
  superseded uuid;
begin
  select x.id, x.contact_id, x.channel_id, x.channel_kind, x.owner_id, x.held, x.epoch, x.lease_node, x.turn_id, x.phase, x.claims, x.supersedes,
      x.first_unanswered_at, x.last_number, x.answered_number, x.tools_since_answer, x.low_confidence_streak, x.title
    into c from conversations.conversations x where x.tenant_id = tenant and x.id = p_conversation for update;
  if c.id is null or c.contact_id <> p_contact then
    raise exception 'conversation' using errcode = 'ST404';
  end if;
  if p_provider_id is not null or p_client_hash is not null then
    perform conversations.refuse_repeat(p_conversation, c.channel_id, p_provider_id, p_client_hash);
  end if;

  now_at := clock_timestamp();
  if c.lease_node is not null then
    lives := conversations.node_lives(c.lease_node);
  end if;
  outcome := case
    when c.held then 0
    when c.turn_id is null then case when p_may_claim then 1 else 3 end
    when not lives then case when p_may_claim and c.claims < 3 then 1 else 3 end
    when c.phase = 1 then 2
    when c.phase = 2 and c.supersedes < 2 and p_may_claim and now_at <= coalesce(c.first_unanswered_at, now_at) + interval '20 seconds' then 1
    else 3 end;
  fresh := outcome = 1 and (c.turn_id is null or lives);
  if fresh and c.turn_id is not null then
    superseded := c.turn_id;
    insert into conversations.turns (tenant_id, conversation_id, turn_id, epoch, state, owner_id, claims)
      values (tenant, p_conversation, c.turn_id, c.epoch, 1, c.owner_id, c.claims) on conflict do nothing;
  end if;
  next_phase := case when outcome <> 1 then c.phase when c.phase = 3 then 3 when p_gather then 1 else 2 end;
  writes := outcome = 1 and next_phase >= 2;
  first_at := case when outcome = 0 then c.first_unanswered_at else coalesce(c.first_unanswered_at, now_at) end;

  with message as (
    insert into conversations.messages (tenant_id, conversation_id, number, id, author, author_id, owner_id, channel_id, provider_message_id, client_hash, text, created_at)
      values (tenant, p_conversation, c.last_number + 1, p_message, 0, c.contact_id, c.owner_id, c.channel_id, p_provider_id, p_client_hash, p_text, now_at)
  ), work as (
    insert into conversations.work as w (tenant_id, conversation_id, since, node)
      select tenant, p_conversation, first_at, case when outcome = 1 then p_node else c.lease_node end where outcome = 1 or (outcome = 3 and not lives)
      on conflict (tenant_id, conversation_id) do update set node = excluded.node
  ), changed as (
    update conversations.conversations x set last_number = c.last_number + 1, last_contact_number = c.last_number + 1, last_message_at = now_at, snoozed_until = null,
        state = case when c.held then 1 else 0 end,
        waiting_since = case when c.held then coalesce(x.waiting_since, now_at) else x.waiting_since end,
        first_unanswered_at = first_at, phase = next_phase,
        epoch = case when outcome = 1 then c.epoch + 1 else c.epoch end,
        turn_id = case when fresh then p_turn else c.turn_id end,
        claims = case when outcome <> 1 then c.claims when fresh then 1 else c.claims + 1 end,
        lease_node = case when outcome = 1 then p_node else c.lease_node end,
        supersedes = case when fresh and c.turn_id is not null then c.supersedes + 1 else c.supersedes end
      where x.tenant_id = tenant and x.id = p_conversation
      returning x.last_number, x.epoch, x.turn_id, x.claims, x.lease_node
  )
  select outcome, n.last_number, now_at, n.epoch, n.turn_id, n.claims, n.lease_node, next_phase, first_at, superseded, c.channel_kind,
      h.assistant_id, c.channel_id, c.contact_id, k.name, k.email, k.language, k.known,
      c.low_confidence_streak, c.title, c.answered_number, c.tools_since_answer, m.numbers, m.ids, m.authors, m.texts, m.times, outcome = 1 and not fresh and c.lease_node is not null
    into r
    from changed n
    left join (conversations.channels h cross join conversations.contacts k)
      on writes and h.tenant_id = tenant and h.id = c.channel_id and k.tenant_id = tenant and k.id = c.contact_id
    left join lateral (
      select array_agg(y.number) as numbers, array_agg(y.id) as ids, array_agg(y.author) as authors, array_agg(y.text) as texts, array_agg(y.created_at) as times
      from (select number, id, author, text, created_at from conversations.messages
            where tenant_id = tenant and conversation_id = p_conversation and number > c.answered_number - p_history and number <= c.last_number order by number) y
    ) m on writes;
  return r;
end $$;

-- Ends the quiet window, or begins a claimed attempt: from here on a message supersedes or belongs to the next turn.
create function conversations.begin_turn(p_conversation uuid, p_turn uuid, p_epoch bigint, p_history integer)
returns conversations.turn_context language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.turn_context;
begin
  update conversations.conversations set phase = greatest(phase, 2::smallint)
    where tenant_id = tenant and id = p_conversation and epoch = p_epoch and turn_id = p_turn
    returning * into c;
  if not found then
    raise exception 'lost' using errcode = 'ST410';
  end if;
  select h.assistant_id, c.channel_kind, c.channel_id, c.contact_id, k.name, k.email, k.language, k.known,
      c.low_confidence_streak, c.title, c.answered_number, c.tools_since_answer, m.numbers, m.ids, m.authors, m.texts, m.times
    into r
    from conversations.channels h cross join conversations.contacts k
    cross join lateral (
      select array_agg(y.number) as numbers, array_agg(y.id) as ids, array_agg(y.author) as authors, array_agg(y.text) as texts, array_agg(y.created_at) as times
      from (select number, id, author, text, created_at from conversations.messages
            where tenant_id = tenant and conversation_id = p_conversation and number > c.answered_number - p_history and number <= c.last_number order by number) y
    ) m
    where h.tenant_id = tenant and h.id = c.channel_id and k.tenant_id = tenant and k.id = c.contact_id;
  return r;
end $$;

create type conversations.claimed as (outcome smallint, epoch bigint, turn_id uuid, claims smallint, phase smallint, first_unanswered_at timestamptz, channel_kind text, lost boolean);
comment on type conversations.claimed is 'outcome: 0 nothing to claim, 1 claimed, 2 claimed too often: a dead letter; lost: the lease was a dead node''s';

create function conversations.claim(p_conversation uuid, p_node uuid, p_turn uuid, p_own boolean)
returns conversations.claimed language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.claimed;
begin
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
  r.lost := c.turn_id is not null and c.lease_node is not null and not p_own;
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

-- The first statement is the fence: a turn that lost its conversation stores nothing of what follows. It knows the usual end, a reply with nothing
-- left to answer; where it matches no row, the row's lock is waited for and the end is decided on what was committed until then.
create function conversations.commit_turn(
  p_conversation uuid, p_turn uuid, p_epoch bigint, p_answers_to bigint, p_message uuid, p_text bytea, p_citations bytea,
  p_confidence real, p_low boolean, p_action smallint, p_handoff text, p_model text, p_cost numeric, p_title bytea, p_trace bytea,
  p_claims smallint, p_started timestamptz, p_next_turn uuid, p_assistant uuid, p_delivery uuid)
returns conversations.committed language plpgsql set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c record;
  r conversations.committed;
begin
  update conversations.conversations x set
      answered_number = p_answers_to, last_number = x.last_number + 1, last_message_at = clock_timestamp(),
      low_confidence_streak = case when p_low then x.low_confidence_streak + 1 else 0 end, title = coalesce(x.title, p_title),
      tools_since_answer = false, supersedes = 0, held = false, state = 0, waiting_since = null,
      claims = 0, phase = 0, turn_id = null, lease_node = null, first_unanswered_at = null
    where x.tenant_id = tenant and x.id = p_conversation and x.epoch = p_epoch and x.turn_id = p_turn
      and x.last_contact_number <= p_answers_to and p_handoff is null and p_text is not null
    returning x.owner_id, x.channel_id, x.channel_kind, x.held, x.epoch, x.turn_id, x.first_unanswered_at, x.last_number, x.last_message_at into c;
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
      from (select p_handoff is null and y.last_contact_number > p_answers_to as next from conversations.conversations y
            where y.tenant_id = tenant and y.id = p_conversation) n
      where x.tenant_id = tenant and x.id = p_conversation
      returning x.owner_id, x.channel_id, x.channel_kind, x.held, x.epoch, x.turn_id, x.first_unanswered_at, x.last_number, x.last_message_at into c;
  end if;

  if c.turn_id is not null then
    update conversations.work set since = c.first_unanswered_at where tenant_id = tenant and conversation_id = p_conversation;
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
    delete from conversations.work where c.turn_id is null and tenant_id = tenant and conversation_id = p_conversation
  )
  select t.reply_number, t.ended_at, c.held, c.epoch, c.turn_id, c.first_unanswered_at into r from turn t;
  if p_delivery is not null and p_text is not null then
    insert into conversations.deliveries (tenant_id, id, conversation_id, message_number, channel_id, kind)
      values (tenant, p_delivery, p_conversation, c.last_number, c.channel_id, c.channel_kind);
  end if;
  return r;
end $$;

-- The point of no return before a tool with an effect.
create function conversations.close_turn(
  p_conversation uuid, p_turn uuid, p_epoch bigint, p_call uuid, p_tool text, p_arguments bytea, p_repeat_safe boolean)
returns boolean language plpgsql as $$
declare
  path text := set_config('steward.member', 'machine', true);
  answered bigint;
begin
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
  path text := set_config('steward.member', 'machine', true);
  r conversations.claimed;
begin
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
  path text := set_config('steward.member', 'machine', true);
  tenant uuid := current_setting('steward.tenant')::uuid;
  c conversations.conversations;
  r conversations.committed;
begin
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
declare
  path text := set_config('steward.member', 'machine', true);
begin
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
