package dev.understudy.standby;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The client port of a standby: every request is sent on to the same path and query at the leader.
 * Without a leader to send to, or when that would be this machine itself, the answer is 503.
 */
final class StandbyClientHandler extends Handler.Abstract.NonBlocking {
  private final MachineRecord self;
  private final Supplier<Optional<MachineView>> leader;

  StandbyClientHandler(MachineRecord self, Supplier<Optional<MachineView>> leader) {
    this.self = self;
    this.leader = leader;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    RequestDrain.thenRun(request, () -> answer(request, response, callback));
    return true;
  }

  private void answer(Request request, Response response, Callback callback) {
    Optional<String> base = leader.get().flatMap(this::redirectBase);
    if (base.isPresent()) {
      redirect(base.get(), request, response, callback);
    } else {
      refuse(response, callback);
    }
  }

  private static void redirect(String base, Request request, Response response, Callback callback) {
    String pathQuery = request.getHttpURI().getPathQuery();
    // "OPTIONS *" has no path.
    String location = pathQuery.startsWith("/") ? base + pathQuery : base + "/";
    response.setStatus(HttpStatus.TEMPORARY_REDIRECT_307);
    response.getHeaders().put(HttpHeader.LOCATION, location);
    response.write(true, null, callback);
  }

  private static void refuse(Response response, Callback callback) {
    ApiError error = ApiError.of(ErrorCode.STANDBY_INTERNAL, "no leader is known");
    response.setStatus(error.httpStatus());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    response.getHeaders().put("X-Etcd-Index", Long.toUnsignedString(error.index()));
    Content.Sink.write(response, true, error.toJson() + "\n", callback);
  }

  /** Where to send clients; nothing that is no address, and never to this machine. */
  private Optional<String> redirectBase(MachineView machine) {
    try {
      URI uri = new URI(machine.clientUrl());
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!web || uri.getHost() == null || isSelf(machine, uri)) {
        return Optional.empty();
      }
      return Optional.of(uri.getScheme() + "://" + uri.getRawAuthority());
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private boolean isSelf(MachineView machine, URI uri) throws URISyntaxException {
    URI own = new URI(self.clientUrl());
    return machine.name().equals(self.name())
        || (uri.getHost().equals(own.getHost()) && uri.getPort() == own.getPort());
  }
}
