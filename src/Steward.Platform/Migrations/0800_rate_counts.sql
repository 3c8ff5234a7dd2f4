-- Uses in sliding windows, counted on the database's clock for all nodes. A row belongs to one sender and is counted in the transaction that stores its
-- message, or to a tenant's common rule and is written only by the rounds in which nodes lease slices of it: never by the message path.

create table platform.rate_counts (
  tenant_id uuid not null,
  rule text not null,
  key text not null,
  seconds integer[] not null,
  heads bigint[] not null,
  uses integer[] not null,
  touched_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, rule, key)
) with (fillfactor = 60);
comment on table platform.rate_counts is 'Per window of the rule 49 slots, oldest first: 48 that make the window and the one being filled. A use leaves the count when its slot has left the window.';
comment on column platform.rate_counts.heads is 'Per window: the number of the slot being filled, counted from 1970.';
select platform.tenant_table('platform.rate_counts');

create type platform.uses_taken as (granted integer, wait_us bigint, lasts_us bigint, at_us bigint);
comment on type platform.uses_taken is 'granted: uses that may be made; wait_us: how long until one is free, when none was; lasts_us: how long a granted use may wait for being made; at_us: when it was granted';

-- Takes up to p_want uses where every window has room, less of them the nearer the limit. p_owed were made already and are counted whatever the room;
-- p_give of those granted at p_give_at were not made. A test plays both this and a plain list of times.
create function platform.take_uses(
  p_tenant uuid, p_rule text, p_key text, p_limits integer[], p_seconds integer[], p_owed integer, p_want integer, p_give integer, p_give_at bigint)
returns platform.uses_taken language plpgsql as $$
declare
  slots constant integer := 49;
  c record;
  r platform.uses_taken;
  part integer[];
  parts integer[] := '{}';
  slots_now bigint[] := '{}';
  length bigint;
  slot bigint;
  gone integer;
  room integer;
  given integer;
begin
  loop
    select x.seconds, x.heads, x.uses into c from platform.rate_counts x where x.tenant_id = p_tenant and x.rule = p_rule and x.key = p_key for update;
    exit when found;
    insert into platform.rate_counts (tenant_id, rule, key, seconds, heads, uses)
      values (p_tenant, p_rule, p_key, p_seconds, array_fill(0::bigint, array[cardinality(p_seconds)]), array_fill(0, array[slots * cardinality(p_seconds)]))
      on conflict do nothing;
  end loop;
  -- Read after the lock: whoever held it counted before this moment.
  r.at_us := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
  r.granted := p_want; r.wait_us := 0; r.lasts_us := 9223372036854775807;
  for i in 1 .. cardinality(p_limits) loop
    length := p_seconds[i]::bigint * 1000000 / (slots - 1);
    slot := r.at_us / length;
    if c.seconds = p_seconds then
      part := c.uses[(i - 1) * slots + 1 : i * slots];
      -- A clock that went back fills the slot it was in.
      gone := least(slots, greatest(0, slot - c.heads[i]));
      slot := greatest(slot, c.heads[i]);
    else
      gone := slots;
    end if;
    if gone = slots then
      part := array_fill(0, array[slots]);
    elsif gone > 0 then
      part := part[gone + 1 : slots] || array_fill(0, array[gone]);
    end if;
    given := slots - (slot - p_give_at / length);
    if p_give > 0 and given between 1 and slots then
      part[given] := greatest(0, part[given] - p_give);
    end if;
    part[slots] := part[slots] + p_owed;
    room := p_limits[i] - (select sum(u) from unnest(part) u);
    if room < 1 then
      r.granted := 0;
      for j in 1 .. slots loop
        room := room + part[j];
        if room >= 1 then
          r.wait_us := greatest(r.wait_us, (slot + j) * length - r.at_us);
          exit;
        end if;
      end loop;
    else
      r.granted := least(r.granted, greatest(1, room / 16));
    end if;
    r.lasts_us := least(r.lasts_us, length, (slot + 1) * length - r.at_us);
    parts := parts || part;
    slots_now := slots_now || slot;
  end loop;
  if r.granted > 0 then
    for i in 1 .. cardinality(p_limits) loop
      parts[i * slots] := parts[i * slots] + r.granted;
    end loop;
  end if;
  if r.granted > 0 or p_owed > 0 or p_give > 0 then
    update platform.rate_counts x set seconds = p_seconds, heads = slots_now, uses = parts, touched_at = clock_timestamp()
      where x.tenant_id = p_tenant and x.rule = p_rule and x.key = p_key;
  end if;
  return r;
end $$;

-- One sender's use, in the transaction that stores its message: refused, nothing of the transaction is stored.
create function platform.count_use(p_rule text, p_key text, p_limits integer[], p_seconds integer[]) returns void language plpgsql as $$
declare
  taken platform.uses_taken := platform.take_uses(current_setting('steward.tenant')::uuid, p_rule, p_key, p_limits, p_seconds, 0, 1, 0, 0);
begin
  if taken.granted = 0 then
    raise exception '%', taken.wait_us using errcode = 'ST429';
  end if;
end $$;

-- The same where nothing can be refused: zero, or how many microseconds until there is room.
create function platform.try_use(p_rule text, p_key text, p_limits integer[], p_seconds integer[]) returns bigint language sql as $$
  select (platform.take_uses(current_setting('steward.tenant')::uuid, p_rule, p_key, p_limits, p_seconds, 0, 1, 0, 0)).wait_us
$$;

-- One round of a node for all tenants at once; rows are locked in one order.
create function platform.lease_uses(p_asks jsonb) returns table (place integer, granted integer, wait_us bigint, lasts_us bigint, at_us bigint)
language plpgsql volatile as $$
declare
  ask record;
  taken platform.uses_taken;
begin
  for ask in
    select a.* from jsonb_to_recordset(p_asks)
      as a (place integer, tenant uuid, rule text, key text, limits integer[], seconds integer[], owed integer, want integer, give integer, give_at bigint)
    order by a.tenant, a.rule, a.key
  loop
    taken := platform.take_uses(ask.tenant, ask.rule, ask.key, ask.limits, ask.seconds, ask.owed, ask.want, ask.give, ask.give_at);
    place := ask.place; granted := taken.granted; wait_us := taken.wait_us; lasts_us := taken.lasts_us; at_us := taken.at_us;
    return next;
  end loop;
end $$;
select platform.dispatch_function('platform.lease_uses(jsonb)');

create function platform.forget_uses() returns bigint language sql volatile as $$
  with gone as (
    delete from platform.rate_counts c where c.touched_at < clock_timestamp() - make_interval(secs => 2 * (select max(s) from unnest(c.seconds) s)) returning 1)
  select count(*) from gone
$$;
select platform.dispatch_function('platform.forget_uses()');
