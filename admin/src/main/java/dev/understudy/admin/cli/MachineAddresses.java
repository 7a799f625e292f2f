package dev.understudy.admin.cli;

/**
 * Where a machine listens, and what others are told of it.
 *
 * @param client what clients are told
 * @param clientBind what it listens on for clients
 * @param peer what other machines are told
 * @param peerBind what it listens on for other machines
 */
record MachineAddresses(HostPort client, HostPort clientBind, HostPort peer, HostPort peerBind) {
  static MachineAddresses read(GivenOptions given, Security security) throws UsageException {
    HostPort client = advertised(given, Flag.ADDR, MachineOptions.DEFAULT_CLIENT_ADDRESS, security);
    HostPort peer =
        advertised(given, Flag.PEER_ADDR, MachineOptions.DEFAULT_PEER_ADDRESS, security);
    if (client.isAt(peer)) {
      throw new UsageException("--addr and --peer-addr need ports of their own, not both " + peer);
    }
    return new MachineAddresses(
        client,
        bound(given, Flag.BIND_ADDR, client, security),
        peer,
        bound(given, Flag.PEER_BIND_ADDR, peer, security));
  }

  private static HostPort advertised(
      GivenOptions given, Flag flag, HostPort otherwise, Security security) throws UsageException {
    boolean usuallyTls = isTls(flag, security) && !security.allowsPlain();
    String text = given.text(flag.word()).orElse(otherwise.toString());
    HostPort address = HostPort.parse(given.as(flag.word()), text, usuallyTls);
    if (address.isWildcard()) {
      throw new UsageException(
          given.as(flag.word())
              + " is what others are told, and "
              + address.host()
              + " leads nowhere; to listen on every address, use "
              + (flag == Flag.ADDR ? Flag.BIND_ADDR : Flag.PEER_BIND_ADDR));
    }
    return checked(given, flag, address, security);
  }

  private static HostPort bound(
      GivenOptions given, Flag flag, HostPort advertised, Security security) throws UsageException {
    String text = given.text(flag.word()).orElse(advertised.toString());
    HostPort bound = HostPort.parse(given.as(flag.word()), text, advertised);
    return checked(given, flag, bound, security);
  }

  private static HostPort checked(
      GivenOptions given, Flag flag, HostPort address, Security security) throws UsageException {
    Flag cert = isForClients(flag) ? Flag.CERT_FILE : Flag.PEER_CERT_FILE;
    SecurityOptions.check(given, flag, address, isTls(flag, security), cert, security);
    return address;
  }

  private static boolean isForClients(Flag flag) {
    return flag == Flag.ADDR || flag == Flag.BIND_ADDR;
  }

  private static boolean isTls(Flag flag, Security security) {
    return isForClients(flag) ? security.hasClientTls() : security.hasPeerTls();
  }
}
