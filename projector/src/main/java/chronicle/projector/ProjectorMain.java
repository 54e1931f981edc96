package chronicle.projector;

/** The projector's process. */
public final class ProjectorMain {
  static final String MIGRATIONS = "classpath:db/readmodel";

  private ProjectorMain() {}
}
