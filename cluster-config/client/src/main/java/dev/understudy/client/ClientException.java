package dev.understudy.client;

/** Why a call has no result: refused by the cluster, not done, or nobody knows. */
public abstract sealed class ClientException extends Exception
    permits RefusedException, NotDoneException, OutcomeUnknownException {
  private static final long serialVersionUID = 1L;

  ClientException(String message) {
    super(message);
  }
}
