"""A custody provider that holds no money: protos/rialto/custody/v1/provider.proto, as a process of its own."""
