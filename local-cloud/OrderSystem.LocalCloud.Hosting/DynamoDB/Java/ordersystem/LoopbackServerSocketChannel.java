package ordersystem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A server channel behind a HostGate. It never listens on every address. It supports accept, but not selectors. */
final class LoopbackServerSocketChannel extends ServerSocketChannel {
    private final SelectorProvider platform;
    private final ServerSocketChannel channel;
    private final LoopbackServerSocket socket;
    private volatile HostGate gate;

    LoopbackServerSocketChannel(SelectorProvider provider, SelectorProvider platform, ServerSocketChannel channel) throws IOException {
        super(provider);
        this.platform = platform;
        this.channel = channel;
        socket = new LoopbackServerSocket(this, channel.socket());
    }

    /** Returns the address to listen on: the loopback address if no address or the any-local address was requested. */
    static SocketAddress loopback(SocketAddress asked) {
        if (asked == null) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }

        return asked instanceof InetSocketAddress && ((InetSocketAddress) asked).getAddress() != null && ((InetSocketAddress) asked).getAddress().isAnyLocalAddress()
            ? new InetSocketAddress(InetAddress.getLoopbackAddress(), ((InetSocketAddress) asked).getPort())
            : asked;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        channel.bind(loopback(local), backlog);
        gate = new HostGate(channel, platform.openServerSocketChannel());
        return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        channel.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return channel.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        return socket;
    }

    @Override
    public SocketChannel accept() throws IOException {
        return gate.accept();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        if (gate != null) {
            gate.close();
        }

        channel.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        channel.configureBlocking(block);
    }
}
