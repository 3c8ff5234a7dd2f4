-- What of a prompt could have come from the provider's cache, so that a hit rate can be told.

alter table models.spend add column cacheable_tokens bigint;
comment on column models.spend.cacheable_tokens is 'Prompt tokens that could have come from the provider''s cache, those that did among them. Null where the request did not say what comes again.';
