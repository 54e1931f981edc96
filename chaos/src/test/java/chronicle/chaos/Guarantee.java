package chronicle.chaos;

/** What ChronicleLedger promises. */
enum Guarantee {
  G1(
      "durable",
      "An acknowledged command survives the loss of every process and of any minority of event-store nodes."),
  G2(
      "ordered",
      "Positions in a ledger are 1, 2, 3, … in commit order, without gaps; no reader sees n+1 before n."),
  G3(
      "exactly once",
      "A command id has one outcome for ever, refusals included, through retries, crashes, ambiguous commits and several"
          + " ledger instances; a different body under the same id is refused and the differing field named."),
  G4(
      "limits",
      "No interleaving, on any number of ledger instances, takes an account below its limit."),
  G5("atomic", "All postings of a transaction happen, or none."),
  G6("conserved", "At the end of every command debits equal credits per currency."),
  G7(
      "projected",
      "The read model at position p equals the fold of the log to p, each event applied once, through redelivery,"
          + " reordering, loss and wiping of JetStream."),
  G8(
      "read your writes",
      "A read with `min_position` is at least that fresh, or refused (`PROJECTION_BEHIND`); never silently stale."),
  G9(
      "linearizable",
      "A read with `source = EVENT_STORE` sees every command acknowledged before it began."),
  G10(
      "time travel",
      "The answer as of a time or position equals a replay from the first event to it."),
  G11(
      "evident",
      "Any change to a stored event is found by verification, which names the position; proofs verify offline with other"
          + " people's tools."),
  G12(
      "available",
      "NATS, projector, read model, Redis or gateway down: commands still succeed. Event store without a quorum: commands"
          + " fail with UNAVAILABLE inside their deadline, and none is lost or half done."),
  G13(
      "classified",
      "No input of a client ever yields INTERNAL or UNKNOWN; every error carries exactly one google.rpc.ErrorInfo.");

  private final String title;
  private final String statement;

  Guarantee(String title, String statement) {
    this.title = title;
    this.statement = statement;
  }

  String title() {
    return title;
  }

  String statement() {
    return statement;
  }
}
