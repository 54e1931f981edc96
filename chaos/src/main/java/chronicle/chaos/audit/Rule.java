package chronicle.chaos.audit;

/** What is checked, and which guarantee it belongs to. */
public enum Rule {
  /** Positions have no gap. */
  POSITIONS("G2", "positions are 1, 2, 3, … in the order of the log"),
  /** Record times rise. */
  RECORD_TIMES(
      "G2", "record times never go back, and rise from what was answered to what was sent"),
  /** Versions have no gap. */
  VERSIONS("G2", "an account's versions are 1, 2, 3, …"),
  /** Real time is kept. */
  ORDER("G2", "what was answered before another was sent stands before it"),
  /** Commands are whole. */
  WHOLE_COMMANDS("G5", "a command's events stand together, numbered from first to last"),
  /** Commands do what was asked. */
  EFFECTS("G5", "a command's events are all of what was asked, and no more"),
  /** Acknowledged commands are there. */
  RECEIPTS("G1", "each acknowledged command is in the log as its receipt says"),
  /** Commands happen once. */
  ONCE("G3", "no command is in the log at two places"),
  /** Nothing comes from nowhere. */
  ASKED_FOR("G3", "every event was asked for, or is the end of a hold whose time was up"),
  /** A no is a no. */
  NO_EFFECT("G3", "what was refused, failed or only validated left nothing in the log"),
  /** Outcomes last. */
  SAME_OUTCOME("G3", "a command id has one outcome for ever"),
  /** Another command is told. */
  REUSE("G3", "another command under a used id is refused, and the field that differs named"),
  /** Doubt ends. */
  UNKNOWN("G3", "what was of unknown outcome happened once or never, and later answers agree"),
  /** Limits hold. */
  LIMITS("G4", "no account is ever outside its limits"),
  /** Holds hold. */
  HOLDS("G4", "a hold ends once, whole, and expires neither before its time nor is used after it"),
  /** Events say their balances. */
  BALANCES_AFTER("G10", "the balances that an event carries are those of a replay"),
  /** Books balance. */
  BOOKS("G6", "debits equal credits at the end of every command"),
  /** A no had a reason. */
  REFUSALS("G9", "a refusal is right by a state of the log within the call"),
  /** Linearizable reads are. */
  LINEARIZABLE_READS("G9", "a read of the log sees all that was answered before it began"),
  /** Reads are as fresh as asked. */
  READ_YOUR_WRITES("G8", "a read is as fresh as min_position asked, or refused"),
  /** The past stays. */
  TIME_TRAVEL("G10", "an answer as of a position or time equals a replay to it"),
  /** The read model follows the log. */
  READ_MODEL("G7", "an answer of the read model equals a replay to the position that it names"),
  /** The read model is whole. */
  PROJECTION(
      "G7",
      "after the load the read model has all of the log's accounts, entries and transactions"),
  /** The stream is the log. */
  STREAM("G7", "the stream's messages have the log's bytes, their sequence the position"),
  /** Errors say why. */
  CLASSIFIED("G13", "no call ends with INTERNAL, or with an error without its reason");

  private final String guarantee;
  private final String statement;

  Rule(String guarantee, String statement) {
    this.guarantee = guarantee;
    this.statement = statement;
  }

  /** The id of the guarantee: G1 … G13. */
  public String guarantee() {
    return guarantee;
  }

  /** What must hold, in words. */
  public String statement() {
    return statement;
  }
}
