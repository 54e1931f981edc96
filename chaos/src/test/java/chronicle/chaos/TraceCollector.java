package chronicle.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives traces by OTLP over HTTP and keeps them as they came. */
final class TraceCollector {
  private final List<String> exports = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private TraceCollector(HttpServer server) {
    this.server = server;
  }

  static TraceCollector start() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var collector = new TraceCollector(server);
      server.createContext("/v1/traces", collector::receive);
      server.start();
      return collector;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Whether a service of that name has exported a span of the trace. */
  boolean has(String service, String traceId) {
    var id = new String(HexFormat.of().parseHex(traceId), StandardCharsets.ISO_8859_1);
    return exports.stream().anyMatch(export -> export.contains(service) && export.contains(id));
  }

  private void receive(HttpExchange exchange) throws IOException {
    exports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }
}
