-- How streamed answers of models leave for a key.

alter table platform.api_keys add column stream_mode text not null default 'live' check (stream_mode in ('live', 'complete'));
comment on column platform.api_keys.stream_mode is 'Where a request does not say it: live leaves as it comes, complete when it is whole.';
