-- The account's state after the event, so that opening an account reads its newest row, however many it has. About ten
-- bytes a row. Disposable like a snapshot: NULL, as in older rows, or anything else changes no answer.
ALTER TABLE events ADD COLUMN state BYTEA;
