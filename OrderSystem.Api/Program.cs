using OrderSystem.Api;
using OrderSystem.ServiceDefaults;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddOrderApi();
var app = builder.Build();
app.UseOrderApi();
#if EMBEDDED
try
{
    // Open the database before the host starts, so that only the catch block below reports an unusable file.
    app.Services.GetService<OrderSystem.Embedded.Storage.EmbeddedDatabase>();
    await app.RunUntilStoppedAsync();
}
catch (Exception e) when (e is OrderSystem.Sqlite.DatabaseException or OrderSystem.Core.Orders.StoreUnavailableException)
{
    await Console.Error.WriteLineAsync($"api: {e.Message}");
    return 1;
}

return 0;
#else
await app.RunUntilStoppedAsync();
#endif
