using OrderSystem.CrashTests;

return await CrashTestsCommand.Create().Parse(args).InvokeAsync();
