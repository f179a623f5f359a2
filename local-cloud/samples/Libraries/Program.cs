ResourcesOfATemplate.Print();
await Greeting.RunAsync();
await Countdown.RunAsync();
PoisonRecord.Simulate();
await Counter.RunAsync();
await DeadLetterTool.RunAsync(["--help"]);
