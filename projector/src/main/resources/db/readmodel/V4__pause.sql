-- An operator's word that a ledger's projection is to stand still; every projector heeds it.
ALTER TABLE projection_checkpoint ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE;
