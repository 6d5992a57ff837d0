// Every library must link alone, with its declared dependencies and nothing else.
int main() {}
