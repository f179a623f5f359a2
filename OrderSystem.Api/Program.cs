using OrderSystem.Api;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddOrderApi();
var app = builder.Build();
app.UseOrderApi();
#if EMBEDDED
try
{
    await app.RunAsync();
}
catch (OrderSystem.Embedded.Storage.DatabaseException e)
{
    await Console.Error.WriteLineAsync($"api: {e.Message}");
    return 1;
}

return 0;
#else
await app.RunAsync();
#endif
