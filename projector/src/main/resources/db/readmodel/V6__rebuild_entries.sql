-- A generation in the making is written by two sessions at once: how far its entries have come, which commit first and are
-- never behind the generation's checkpoint.
CREATE TABLE projection_rebuild_entries (
  generation INT PRIMARY KEY,
  position   BIGINT NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10);
