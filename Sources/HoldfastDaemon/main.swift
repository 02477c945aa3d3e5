import ArgumentParser

HoldfastCommand.main()
