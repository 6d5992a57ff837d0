// Stands in for every program of a stack in stack_test.py: listens on --listen until it is killed;
// `health --address` connects there; exits with the number in PROGRAM.exit when that file exists.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

int main(int argc, char** argv) {
  std::string where;
  for (int i = 1; i + 1 < argc; ++i)
    if (!strcmp(argv[i], "--listen") || !strcmp(argv[i], "--address")) where = argv[i + 1];
  const size_t colon = where.find(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(atoi(where.c_str() + colon + 1)));
  inet_pton(AF_INET, where.substr(0, colon).c_str(), &address.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (argc > 1 && !strcmp(argv[1], "health"))
    return connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? 0 : 1;
  int code = 0;
  if (std::ifstream(std::string(argv[0]) + ".exit") >> code) {
    fprintf(stderr, "level=error msg=\"told to exit\" code=%d\n", code);
    return code;
  }
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) || listen(fd, SOMAXCONN))
    return 1;
  fprintf(stderr, "level=info msg=serving address=%s version=" VERSION "\n", where.c_str());
  for (;;) pause();
}
