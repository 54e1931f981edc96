-- The account's state after the event, so that opening an account reads its newest row, however many it has. About ten
-- bytes a row. Disposable like a snapshot: one that is NULL, as in older rows, or that its event contradicts is not used.
ALTER TABLE events ADD COLUMN state BYTEA;
