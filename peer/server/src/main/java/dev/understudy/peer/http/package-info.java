/** The client API: {@code /v2/keys} and what stands around it. */
package dev.understudy.peer.http;
