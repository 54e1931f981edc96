package chronicle.chaos.audit;

/** The deployment did not make the audit's ledger or its accounts, so that there is no load. */
public final class LedgerNotMade extends RuntimeException {
  private static final long serialVersionUID = 1;

  LedgerNotMade(String message) {
    super(message);
  }
}
