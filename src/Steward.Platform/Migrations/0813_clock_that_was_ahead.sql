-- Uses counted by a clock that was far ahead leave with their window, counted from now, and not when that clock's time has come.

create or replace function platform.take_uses(
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
      gone := least(slots, greatest(0, slot - c.heads[i]));
      -- A clock that went back fills the slot it was in. One that is back by more than the window was wrong before: what was counted then counts as of now.
      if c.heads[i] - slot < slots then
        slot := greatest(slot, c.heads[i]);
      end if;
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
