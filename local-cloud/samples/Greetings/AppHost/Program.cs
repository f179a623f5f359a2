var builder = DistributedApplication.CreateBuilder(args);

var aws = builder.AddLocalCloud("aws")
    .WithTemplate("../template.yaml")
    .WithDynamoDBLocal();

builder.AddProject<Projects.Functions>("start")
    .WithArgs("start")
    .ServesFunction(aws, "StartFunction");

builder.AddProject<Projects.Functions>("greet")
    .WithArgs("greet")
    .ServesFunction(aws, "GreetFunction");

builder.Build().Run();
