-- What a tenant keeps is summed over the rooms by who asks; the refusal is the same for all.

create function platform.demand_room(p_most bigint, p_kept bigint) returns void language plpgsql as $$
begin
  if p_kept > p_most then
    raise exception 'the storage is full' using errcode = 'FI002';
  end if;
end $$;
comment on function platform.demand_room(bigint, bigint) is 'Refuses the transaction when it keeps more bytes than the tenant may.';
