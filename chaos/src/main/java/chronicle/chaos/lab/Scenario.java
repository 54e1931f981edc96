package chronicle.chaos.lab;

/**
 * A named way to harm a mesh.
 *
 * @param name what it is asked for by
 * @param title what happens, in a line
 * @param ground the mesh that it plays on
 * @param harm what does it
 */
public record Scenario(String name, String title, Ground ground, Harm harm) {
  /** Harms what a scene has to be harmed; what it leaves broken is made whole afterwards. */
  interface Harm {
    /** Does the harm and returns when it has lasted long enough. */
    void run(Scene scene) throws Exception;
  }
}
