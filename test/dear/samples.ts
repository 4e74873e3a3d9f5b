/** Invented bodies in DEAR's wire form. */
export const SALE_ID = '0f2b6a51-9c34-4d8e-8b17-5a6e2f90c3d1';
export const TASK_ID = '5e7d2c19-3b48-4f06-a9d2-71c8e4b05f36';
export const PRODUCT_ID = 'a94c1e70-2f5b-4863-9d0e-6b37f18c52a4';

/** A simple sale of two lamps at an authorised order stage, before its pick. */
export function dearSale(overrides: Record<string, unknown> = {}) {
  return {
    ID: SALE_ID.toUpperCase(),
    Type: 'Simple Sale',
    Status: 'ORDERED',
    Location: 'Dockside 3PL',
    Customer: 'Fjord Lighting',
    PriceTier: 'Trade',
    Contact: 'Tove Lind',
    Email: 'tove@fjord.example',
    Phone: '+47 555 0134',
    BillingAddress: dearAddress(),
    ShippingAddress: { ...dearAddress(), Company: 'Fjord Studio', Contact: 'Arne Voll', ShipToOther: true },
    ShippingNotes: 'Ring twice',
    Note: '',
    CustomerReference: 'REQ-88',
    CustomerCurrency: 'NOK',
    BaseCurrency: 'EUR',
    TaxCalculation: 'Exclusive',
    Terms: '14 days',
    Carrier: 'Posten Standard',
    CombinedPaymentStatus: 'Unpaid',
    SaleOrderDate: '2026-05-11T00:00:00',
    ShipBy: '2026-05-15T00:00:00',
    SourceChannel: null,
    CombinedTrackingNumbers: '',
    AdditionalAttributes: {
      AdditionalAttribute1: 'Yes',
      AdditionalAttribute2: '',
      AdditionalAttribute3: null,
    },
    Order: dearOrder(),
    Fulfilments: null,
    Invoices: null,
    ...overrides,
  };
}

export function dearOrder(overrides: Record<string, unknown> = {}) {
  return {
    SaleOrderNumber: 'SO-7301',
    Memo: '',
    Status: 'Authorised',
    Lines: [dearOrderLine()],
    AdditionalCharges: [
      {
        Description: 'Freight',
        Price: 80,
        Quantity: 1,
        Discount: 10,
        Tax: 18,
        Total: 72,
        TaxRule: 'VAT',
        Comment: '',
      },
    ],
    TotalBeforeTax: 870,
    Tax: 217.5,
    Total: 1087.5,
    ...overrides,
  };
}

export function dearOrderLine(overrides: Record<string, unknown> = {}) {
  return {
    ProductID: PRODUCT_ID.toUpperCase(),
    SKU: 'LAMP-OAK',
    Name: 'Oak lamp',
    Quantity: 2,
    Price: 420,
    Discount: 5,
    Tax: 199.5,
    TaxRule: 'VAT',
    Comment: null,
    DropShip: false,
    BackorderQuantity: 0,
    Total: 798,
    ProductWeight: 1.25,
    WeightUnits: 'kg',
    ProductCustomField1: 'Natural',
    ProductCustomField2: null,
    ...overrides,
  };
}

export function dearAddress(overrides: Record<string, unknown> = {}) {
  return {
    DisplayAddressLine1: 'Havnegata 3',
    DisplayAddressLine2: 'Bodø 8006 Norway',
    Line1: 'Havnegata 3',
    Line2: null,
    City: 'Bodø',
    State: '',
    Postcode: '8006',
    Country: 'NO',
    ...overrides,
  };
}

export function dearInvoice(overrides: Record<string, unknown> = {}) {
  return {
    TaskID: TASK_ID.toUpperCase(),
    CombineAdditionalCharges: false,
    InvoiceNumber: 'INV-00318',
    Status: 'Authorised',
    InvoiceDate: '2026-05-12T00:00:00',
    LinkedFulfillmentNumber: '2',
    Lines: [],
    ...overrides,
  };
}

/** A fulfilment shipped in two boxes, one of them with two tracking numbers. */
export function dearFulfilment(overrides: Record<string, unknown> = {}) {
  const line = { ProductID: PRODUCT_ID, SKU: 'LAMP-OAK', Name: 'Oak lamp', Location: 'Dockside 3PL' };
  return {
    TaskID: TASK_ID.toUpperCase(),
    FulfillmentNumber: 1,
    LinkedInvoiceNumber: null,
    FulFilmentStatus: 'FULFILLED',
    Pick: {
      Status: 'AUTHORISED',
      Lines: [
        { ...line, Quantity: 2, BatchSN: 'L-09', ExpiryDate: '2027-01-31T00:00:00', NonInventory: false },
      ],
    },
    Pack: {
      Status: 'AUTHORISED',
      Lines: [
        { ...line, Quantity: 1, BatchSN: null, ExpiryDate: null, Box: 'SO-7301-1 / 1' },
        { ...line, Quantity: 1, BatchSN: null, ExpiryDate: null, Box: 'SO-7301-1 / 2' },
      ],
    },
    Ship: {
      Status: 'authorised',
      RequireBy: null,
      Lines: [
        {
          ID: 'x',
          Boxes: 'SO-7301-1 / 1,SO-7301-1 / 2',
          Carrier: 'Posten',
          TrackingNumber: 'TRK1, TRK2',
          IsShipped: true,
        },
      ],
    },
    ...overrides,
  };
}
