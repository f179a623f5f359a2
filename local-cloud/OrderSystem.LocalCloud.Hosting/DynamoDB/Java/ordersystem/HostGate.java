package ordersystem;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Accepts the connections to a server's port and forwards them to the server, except for connections whose first request
 * names a host other than this machine. This prevents DNS rebinding: a web page whose host name resolves to 127.0.0.1 can
 * send requests to the server, and only their Host header shows that they come from the page. A browser uses a connection
 * for one host only, so checking the first request is enough.
 */
final class HostGate {
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int PATIENCE_MILLISECONDS = 30_000;

    private final ServerSocketChannel outside;
    private final ServerSocketChannel inside;
    private final Set<Integer> passed = ConcurrentHashMap.newKeySet();

    /**
     * @param outside the channel that is bound to the server's port.
     * @param inside the unbound channel on which the server accepts the forwarded connections.
     */
    HostGate(ServerSocketChannel outside, ServerSocketChannel inside) throws IOException {
        this.outside = outside;
        this.inside = inside;
        inside.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        start("host-gate", this::acceptAll);
    }

    /** Waits for the next connection that has passed the check. */
    SocketChannel accept() throws IOException {
        while (true) {
            SocketChannel connection = inside.accept();
            // Programs on this machine could connect to the inner port directly: close connections that bypass the check.
            if (passed.remove(((InetSocketAddress) connection.getRemoteAddress()).getPort())) {
                return connection;
            }

            connection.close();
        }
    }

    void close() throws IOException {
        outside.close();
        inside.close();
    }

    private void acceptAll() {
        while (outside.isOpen()) {
            try {
                SocketChannel client = outside.accept();
                start("host-gate-connection", () -> pass(client));
            } catch (IOException e) {
                // The client disconnected, or the port was closed.
            }
        }
    }

    private void pass(SocketChannel client) {
        try (client; SocketChannel server = SocketChannel.open()) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            server.setOption(StandardSocketOptions.TCP_NODELAY, true);
            byte[] head = readHead(client.socket());
            if (head == null) {
                return;
            }

            if (!isAllowed(head)) {
                refuse(client);
                return;
            }

            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            passed.add(((InetSocketAddress) server.getLocalAddress()).getPort());
            server.connect(inside.getLocalAddress());
            server.write(ByteBuffer.wrap(head));
            Thread back = start("host-gate-back", () -> pump(server, client));
            pump(client, server);
            back.join();
        } catch (IOException e) {
            // Either side disconnected.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads at least the headers of the first request; returns null if the client disconnects before their end. */
    private static byte[] readHead(Socket client) throws IOException {
        client.setSoTimeout(PATIENCE_MILLISECONDS);
        InputStream input = client.getInputStream();
        byte[] head = new byte[4096];
        int length = 0;
        while (true) {
            int read = input.read(head, length, head.length - length);
            if (read < 0) {
                return null;
            }

            length += read;
            if (endsHead(head, length)) {
                return java.util.Arrays.copyOf(head, length);
            }

            if (length >= LONGEST_HEAD) {
                throw new IOException("The request's headers are too long");
            }

            if (length == head.length) {
                head = java.util.Arrays.copyOf(head, length * 2);
            }
        }
    }

    private static boolean endsHead(byte[] head, int length) {
        for (int i = 3; i < length; i++) {
            if (head[i] == '\n' && (head[i - 1] == '\n' || (head[i - 1] == '\r' && head[i - 2] == '\n'))) {
                return true;
            }
        }

        return false;
    }

    /** Returns whether every Host header names this machine. A request without a Host header can't come from a browser. */
    private static boolean isAllowed(byte[] head) {
        for (String line : new String(head, StandardCharsets.ISO_8859_1).split("\r?\n")) {
            if (line.isEmpty()) {
                return true;
            }

            if (line.regionMatches(true, 0, "Host:", 0, 5) && !isLoopback(line.substring(5).trim().toLowerCase(Locale.ROOT))) {
                return false;
            }
        }

        return true;
    }

    private static boolean isLoopback(String host) {
        String name = host.replaceFirst(":\\d*$", "");
        return name.equals("localhost") || name.endsWith(".localhost") || name.equals("[::1]") || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private static void refuse(SocketChannel client) throws IOException {
        byte[] body = "{\"__type\":\"InvalidHostException\",\"message\":\"Only loopback names are served here: use localhost.\"}".getBytes(StandardCharsets.US_ASCII);
        String headers = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
        OutputStream output = client.socket().getOutputStream();
        output.write(headers.getBytes(StandardCharsets.US_ASCII));
        output.write(body);
        output.flush();
        client.shutdownOutput();
    }

    private static void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }

                buffer.clear();
            }

            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Already closed.
        }
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 128 * 1024);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
